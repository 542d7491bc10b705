using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace Soma.Gateway.Tests.Service;

/// <summary>Every error rule of the HTTP contract that can be provoked from outside.</summary>
public abstract partial class ErrorRules(IServiceUnderTest service)
{
    [Theory]
    [MemberData(nameof(BadRequests))]
    public async Task Bad_requests_are_refused_with_a_problem_that_names_the_fault(string method, string path, string? body, int status, string names)
    {
        var response = await service.SendAsync(method, path, body);
        Assert.Equal(status, (int)response.StatusCode);
        var problem = await AssertProblemAsync(response);
        var isField = names.StartsWith('[');
        Assert.Equal(status == 422 || isField, problem.TryGetProperty("errors", out var errors) && errors.GetArrayLength() > 0 && (status == 422 || isField));
        if (isField)
        {
            Assert.Contains(names, errors.EnumerateArray().Select(error => error.GetProperty("loc").GetRawText()));
        }
        else
        {
            Assert.Contains(names, problem.GetProperty("detail").GetString());
        }
    }

    [Fact]
    public async Task Every_failing_field_is_named_at_once()
    {
        var response = await service.SendAsync("POST", "/memories/batch", """{"items":[{"payload":1},{"payload":{}},{"coord":"x","memory_type":"y"}]}""");
        Assert.Equal(422, (int)response.StatusCode);
        var paths = (await response.JsonAsync()).GetProperty("errors").EnumerateArray().Select(error => error.GetProperty("loc").GetRawText()).ToList();
        Assert.Equal(
            ["""["body","items",0,"payload"]""", """["body","items",2,"coord"]""", """["body","items",2,"memory_type"]""", """["body","items",2,"payload"]"""],
            paths);
    }

    [Fact]
    public async Task Payloads_may_nest_64_levels_and_no_more()
    {
        static string Nested(int levels) =>
            $$"""{"coord":"64","payload":{{string.Concat(Enumerable.Repeat("{\"a\":", levels - 1))}}{}{{new string('}', levels - 1)}}}""";
        Assert.Equal(200, (int)(await service.SendAsync("POST", "/memories", Nested(64))).StatusCode);
        Assert.InRange((int)(await service.SendAsync("POST", "/memories", Nested(65))).StatusCode, 400, 422);
        Assert.InRange((int)(await service.SendAsync("POST", "/memories", Nested(5000))).StatusCode, 400, 422);
    }

    [Fact]
    public async Task Bytes_that_are_not_utf8_are_malformed()
    {
        var request = service.Request("POST", "/memories");
        request.Content = new ByteArrayContent([.. "{\"payload\":{\"a\":\""u8, 0xff, .. "\"}}"u8]);
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        var response = await service.SendAsync(request);
        Assert.Equal(400, (int)response.StatusCode);
        await AssertProblemAsync(response);
    }

    [Theory]
    [InlineData(null, null, 401, "Missing bearer token")]
    [InlineData("Basic abc", null, 401, "Missing bearer token")]
    [InlineData("Bearer ", null, 401, "Missing bearer token")]
    [InlineData("Bearer wrong", null, 403, "Invalid token")]
    [InlineData(null, "wrong", 403, "Invalid token")]
    public async Task Protected_routes_want_the_token(string? authorization, string? apiKey, int status, string detail)
    {
        foreach (var (method, path) in new[] { ("GET", "/memories/1"), ("POST", "/memories"), ("POST", "/memories/search"), ("GET", "/graph/path"), ("GET", "/api/v1/memories") })
        {
            // The body is malformed: an unauthorised caller learns nothing of that.
            var request = service.Request(method, path, method == "POST" ? "{" : null).With("Authorization", authorization).With("X-API-Key", apiKey);
            var response = await service.SendAsync(request);
            Assert.Equal(status, (int)response.StatusCode);
            Assert.Equal(status == 401 ? "Bearer" : "Bearer error=\"invalid_token\"", response.Headers.WwwAuthenticate.ToString());
            Assert.Equal(detail, (await AssertProblemAsync(response)).GetProperty("detail").GetString());
        }
    }

    [Fact]
    public async Task An_authorization_header_decides_even_beside_a_valid_api_key()
    {
        var withKey = service.Request("GET", "/memories").With("Authorization", null).With("X-API-Key", service.Token);
        Assert.Equal(200, (int)(await service.SendAsync(withKey)).StatusCode);
        var withBoth = service.Request("GET", "/memories").With("Authorization", "Bearer wrong").With("X-API-Key", service.Token);
        Assert.Equal(403, (int)(await service.SendAsync(withBoth)).StatusCode);
    }

    [Theory]
    [InlineData("X-Soma-Namespace", "a/b")]
    [InlineData("X-Soma-Namespace", "with blank")]
    [InlineData("X-Soma-Tenant", "ten$ant")]
    [InlineData("X-Soma-Min-Seq", "-1")]
    [InlineData("X-Soma-Min-Seq", "new")]
    public async Task Headers_that_cannot_be_read_are_400_and_named(string header, string value)
    {
        var response = await service.SendAsync(service.Request("GET", "/memories/1").With(header, value));
        Assert.Equal(400, (int)response.StatusCode);
        Assert.Contains(header, (await AssertProblemAsync(response)).GetProperty("detail").GetString());
    }

    [Theory]
    [InlineData("If-Match", "5")]
    [InlineData("If-Match", "\"five\"")]
    [InlineData("If-Match", "W/\"5\"")]
    [InlineData("If-None-Match", "\"5\"")]
    [InlineData("Idempotency-Key", "with blank")]
    public async Task Write_headers_that_cannot_be_read_are_400_and_named(string header, string value)
    {
        var response = await service.SendAsync(service.Request("POST", "/memories", """{"payload":{}}""").With(header, value));
        Assert.Equal(400, (int)response.StatusCode);
        Assert.Contains(header, (await AssertProblemAsync(response)).GetProperty("detail").GetString());
    }

    [Fact]
    public async Task Idempotency_keys_have_at_most_255_characters()
    {
        var fits = service.Request("POST", "/memories", """{"coord":"255","payload":{}}""").With("Idempotency-Key", new string('k', 255));
        Assert.Equal(200, (int)(await service.SendAsync(fits)).StatusCode);
        var tooLong = service.Request("POST", "/memories", """{"coord":"255","payload":{}}""").With("Idempotency-Key", new string('k', 256));
        Assert.Equal(400, (int)(await service.SendAsync(tooLong)).StatusCode);
    }

    [Fact]
    public async Task An_idempotency_key_used_for_another_request_is_409()
    {
        var key = Guid.NewGuid().ToString();
        var first = await service.SendAsync(service.Request("POST", "/memories", """{"coord":"409","payload":{"a":1}}""").With("Idempotency-Key", key));
        var again = await service.SendAsync(service.Request("POST", "/memories", """{"coord":"409","payload":{"a":1}}""").With("Idempotency-Key", key));
        Assert.Equal(await first.Content.ReadAsStringAsync(), await again.Content.ReadAsStringAsync());
        Assert.Equal(first.Header("X-Soma-Seq"), again.Header("X-Soma-Seq"));
        var other = await service.SendAsync(service.Request("POST", "/memories", """{"coord":"409","payload":{"a":2}}""").With("Idempotency-Key", key));
        Assert.Equal(409, (int)other.StatusCode);
        await AssertProblemAsync(other);
    }

    [Fact]
    public async Task Conditions_that_do_not_hold_are_412()
    {
        await service.SendAsync("DELETE", "/memories/412");
        var missing = await service.SendAsync(service.Request("POST", "/memories", """{"coord":"412","payload":{}}""").With("If-Match", "*"));
        Assert.Equal(412, (int)missing.StatusCode);
        var stored = await service.SendAsync(service.Request("POST", "/memories", """{"coord":"412","payload":{}}""").With("If-None-Match", "*"));
        Assert.Equal(200, (int)stored.StatusCode);
        var exists = await service.SendAsync(service.Request("POST", "/memories", """{"coord":"412","payload":{}}""").With("If-None-Match", "*"));
        Assert.Equal(412, (int)exists.StatusCode);
        await AssertProblemAsync(exists);
        var matching = await service.SendAsync(service.Request("PATCH", "/memories/412", """{"importance":2}""").With("If-Match", stored.Header("ETag")));
        Assert.Equal(200, (int)matching.StatusCode);
        var stale = await service.SendAsync(service.Request("DELETE", "/memories/412").With("If-Match", stored.Header("ETag")));
        Assert.Equal(412, (int)stale.StatusCode);
    }

    [Fact]
    public async Task Conditions_on_writes_of_many_are_refused_instead_of_ignored()
    {
        var batch = service.Request("POST", "/memories/batch", """{"items":[{"payload":{}}]}""").With("If-None-Match", "*");
        Assert.Equal(400, (int)(await service.SendAsync(batch)).StatusCode);
    }

    [Fact]
    public async Task Reads_older_than_asked_for_are_412()
    {
        var response = await service.SendAsync(service.Request("GET", "/memories").With("X-Soma-Min-Seq", "999999999"));
        Assert.Equal(412, (int)response.StatusCode);
        Assert.Contains("X-Soma-Min-Seq", (await AssertProblemAsync(response)).GetProperty("detail").GetString());
    }

    [Fact]
    public async Task A_vector_of_another_dimension_is_400_naming_both()
    {
        var ns = "dimension-" + Guid.NewGuid().ToString("N");
        Task<HttpResponseMessage> Send(string path, string json) => service.SendAsync(service.Request("POST", path, json).With("X-Soma-Namespace", ns));
        Assert.Equal(200, (int)(await Send("/memories", """{"coord":"1","payload":{},"embedding":[1,2,3]}""")).StatusCode);
        foreach (var response in new[]
        {
            await Send("/memories", """{"coord":"2","payload":{},"embedding":[1,2]}"""),
            await Send("/memories/search", """{"embedding":[1,2]}"""),
        })
        {
            Assert.Equal(400, (int)response.StatusCode);
            var detail = (await AssertProblemAsync(response)).GetProperty("detail").GetString();
            Assert.Contains("dimension", detail);
            Assert.Contains("2", detail);
            Assert.Contains("3", detail);
        }
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("application/json; charset=utf-16")]
    public async Task Bodies_that_are_not_json_are_415(string contentType)
    {
        var request = service.Request("POST", "/memories");
        request.Content = new ByteArrayContent("""{"payload":{}}"""u8.ToArray());
        request.Content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        var response = await service.SendAsync(request);
        Assert.Equal(415, (int)response.StatusCode);
        await AssertProblemAsync(response);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("application/json")]
    [InlineData("application/json; charset=UTF-8")]
    [InlineData("application/vnd.soma+json")]
    public async Task Json_bodies_are_taken(string? contentType)
    {
        var request = service.Request("POST", "/memories");
        request.Content = new ByteArrayContent("""{"coord":"415","payload":{}}"""u8.ToArray());
        if (contentType is not null)
        {
            request.Content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        }

        Assert.Equal(200, (int)(await service.SendAsync(request)).StatusCode);
    }

    [Fact]
    public async Task A_body_declared_too_large_is_413_before_anything_else()
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "/memories")
        {
            Content = new StringContent(new string(' ', (1024 * 1024) + 1), Encoding.UTF8, "application/json"),
        };
        request.Headers.ExpectContinue = true;
        var response = await service.SendAsync(request);
        Assert.Equal(413, (int)response.StatusCode);
        Assert.Equal("Request entity too large", (await AssertProblemAsync(response)).GetProperty("detail").GetString());
    }

    [Fact]
    public async Task A_body_of_exactly_the_limit_passes()
    {
        const string Before = """{"coord":"413","payload":{"filler":" """;
        const string After = "\"}}";
        var json = Before + new string('x', (1024 * 1024) - Before.Length - After.Length) + After;
        Assert.Equal(200, (int)(await service.SendAsync("POST", "/memories", json)).StatusCode);
    }

    [Fact]
    public async Task A_chunked_body_that_grows_too_large_is_413()
    {
        var request = service.Request("POST", "/memories", new string(' ', 2 * 1024 * 1024));
        request.Headers.TransferEncodingChunked = true;
        request.Headers.ExpectContinue = true;
        var response = await service.SendAsync(request);
        Assert.Equal(413, (int)response.StatusCode);
        await AssertProblemAsync(response);
    }

    [Fact]
    public async Task A_wrong_method_is_405_and_told_the_right_ones()
    {
        var response = await service.SendAsync("PUT", "/memories", "{}");
        Assert.Equal(405, (int)response.StatusCode);
        Assert.Equal("GET, HEAD, POST", string.Join(", ", response.Content.Headers.Allow.Order()));
        Assert.Equal("Method Not Allowed", (await AssertProblemAsync(response)).GetProperty("detail").GetString());
    }

    /// <summary>Every error answer has the same shape, whoever made it.</summary>
    private static async Task<JsonElement> AssertProblemAsync(HttpResponseMessage response)
    {
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        var problem = await response.JsonAsync();
        Assert.NotEmpty(problem.GetProperty("type").GetString()!);
        Assert.NotEmpty(problem.GetProperty("title").GetString()!);
        Assert.Equal((int)response.StatusCode, problem.GetProperty("status").GetInt32());
        Assert.NotEmpty(problem.GetProperty("detail").GetString()!);
        Assert.Equal(response.Header("X-Request-ID"), problem.GetProperty("request_id").GetString());
        return problem;
    }
}
