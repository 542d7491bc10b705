using Microsoft.AspNetCore.Http;
using Soma.Gateway.Security;
using Soma.Grains.Interfaces;

namespace Soma.Gateway.Tests.Security;

public sealed class WriterTests
{
    [Fact]
    public void Root_has_no_name_in_the_log_and_the_keys_that_it_always_had()
    {
        var root = ContextOf(Caller.Root);
        Assert.Null(Writer.Of(root));
        Assert.Equal("c:order-17", Writer.KeyOf(root, "order-17"));
    }

    [Fact]
    public void Same_Idempotency_Key_of_two_callers_is_two_keys()
    {
        var (one, other) = (ContextOf(Agent("k1")), ContextOf(Agent("k2")));
        Assert.Equal("agent (k1)", Writer.Of(one));
        string[] keys = [Writer.KeyOf(one, "order-17"), Writer.KeyOf(other, "order-17"), Writer.KeyOf(ContextOf(Caller.Root), "order-17")];
        Assert.Equal(3, keys.Distinct().Count());
        // The owner looks up keys of clients only.
        Assert.All(keys, key => Assert.StartsWith(IdempotencyKey.ClientPrefix, key));
    }

    private static Caller Agent(string id) => new() { Id = id, By = $"agent ({id})", Scopes = Scopes.All, Tenant = "acme" };

    private static HttpContext ContextOf(Caller caller)
    {
        var context = new DefaultHttpContext();
        context.SetCaller(caller);
        return context;
    }
}
