using System.Text.Json;
using Soma.Gateway.Tests.Hosting;

namespace Soma.Gateway.Tests.Fuzz;

/// <summary>What holds for every answer, whatever was asked.</summary>
internal static class AnswerRules
{
    /// <summary>Null for an answer that keeps them all.</summary>
    public static string? Check(FuzzRequest request, Answer answer)
    {
        if (answer.Status >= 500)
        {
            return $"answered {answer.Status}: {answer.Text}";
        }

        if (answer.Text.Contains(FuzzSpaces.CanaryWord, StringComparison.OrdinalIgnoreCase))
        {
            return $"leaked the canary: {answer.Text}";
        }

        // An answer to HEAD has no body to judge.
        if (request.Method == HttpMethod.Head)
        {
            return null;
        }

        return answer.Status is >= 200 and < 300 ? CheckSuccess(answer) : CheckProblem(answer);
    }

    private static string? CheckSuccess(Answer answer) =>
        answer.ContentType == "application/json" && !IsJson(answer.Bytes) ? $"{answer.Status} with a body that is not JSON: {answer.Text}" : null;

    private static string? CheckProblem(Answer answer)
    {
        if (answer.ContentType != "application/problem+json" || !IsJson(answer.Bytes))
        {
            return $"{answer.Status} without a problem: [{answer.ContentType}] {answer.Text}";
        }

        var problem = answer.Json;
        return problem.GetProperty("status").GetInt32() != answer.Status ? $"{answer.Status} with a problem that says otherwise: {answer.Text}"
            : !problem.TryGetProperty("request_id", out var id) || string.IsNullOrEmpty(id.GetString()) ? $"{answer.Status} without request_id: {answer.Text}"
            : id.GetString() != answer.Header("X-Request-ID") ? $"{answer.Status} with another X-Request-ID than {id}"
            : new[] { "type", "title", "detail" }.FirstOrDefault(name => !problem.TryGetProperty(name, out _)) is { } missing ? $"{answer.Status} without {missing}: {answer.Text}"
            : null;
    }

    private static bool IsJson(byte[] bytes)
    {
        try
        {
            using var document = JsonDocument.Parse(bytes, new JsonDocumentOptions { MaxDepth = 128 });
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
