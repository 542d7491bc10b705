using Soma.Gateway.Security;
using Soma.Grains.Interfaces;

namespace Soma.Gateway.Tests.Security;

public sealed class CallerTests
{
    [Theory]
    [InlineData("*", "anything", true)]
    [InlineData("notes", "notes", true)]
    [InlineData("notes", "notes2", false)]
    [InlineData("notes", "Notes", false)]
    [InlineData("user-*", "user-42", true)]
    [InlineData("user-*", "user-", true)]
    [InlineData("user-*", "use", false)]
    public void A_namespace_is_the_callers_by_its_name_or_by_its_beginning(string pattern, string name, bool may) =>
        Assert.Equal(may, Of("acme", pattern).MayUse(new NamespaceKey("acme", name)));

    [Fact]
    public void A_namespace_of_another_tenant_is_never_the_callers()
    {
        Assert.False(Of("acme", "*").MayUse(new NamespaceKey("other", "notes")));
        Assert.True(Caller.Root.MayUse(new NamespaceKey("other", "notes")));
    }

    [Fact]
    public void Only_a_caller_of_exactly_one_namespace_need_not_name_it()
    {
        Assert.Equal("notes", Of("acme", "notes").OnlyNamespace);
        Assert.Null(Of("acme", "note*").OnlyNamespace);
        Assert.Null(Of("acme", "notes", "drafts").OnlyNamespace);
    }

    [Fact]
    public void A_scope_of_several_needs_all_of_them()
    {
        var caller = Of("acme", "*") with { Scopes = Scopes.Read | Scopes.Write };
        Assert.True(caller.May(Scopes.Write));
        Assert.False(caller.May(Scopes.Write | Scopes.Delete));
    }

    private static Caller Of(string tenant, params string[] namespaces) =>
        new() { Id = "k1", By = "agent (k1)", Scopes = Scopes.All, Tenant = tenant, Namespaces = namespaces };
}
