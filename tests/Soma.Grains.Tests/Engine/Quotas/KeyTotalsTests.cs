using Soma.Grains.Engine.Quotas;
using Soma.Grains.Interfaces;

namespace Soma.Grains.Tests.Engine.Quotas;

public sealed class KeyTotalsTests
{
    private const string Agent = "agent (k1)";
    private static readonly NamespaceKey Notes = new("default", "notes");
    private static readonly NamespaceKey Drafts = new("default", "drafts");

    private readonly KeyTotals _totals = new();

    [Fact]
    public void Other_namespaces_of_the_silo_count_at_once_and_those_of_others_as_they_were_told()
    {
        _totals.Set(Agent, Notes, new Amount(5, 50));
        _totals.Set(Agent, Drafts, new Amount(2, 20));
        Assert.Equal(new Amount(5, 50), _totals.ElsewhereOf(Agent, Drafts));
        var told = Assert.Single(_totals.TakeChanges());
        Assert.Equal([Notes, Drafts], told.Changes.Select(change => change.Key));

        // Committed after it was told, and before the answer came.
        _totals.Set(Agent, Notes, new Amount(6, 60));
        _totals.Learn(told, new Amount(17, 170));
        Assert.Equal(new Amount(10 + 6, 100 + 60), _totals.ElsewhereOf(Agent, Drafts));
        Assert.Equal([(Notes, new Amount(6, 60))], Assert.Single(_totals.TakeChanges()).Changes);
    }

    [Fact]
    public void What_could_not_be_told_is_told_again()
    {
        _totals.Set(Agent, Notes, new Amount(5, 50));
        _totals.ElsewhereOf(Agent, Notes);
        _totals.Return(Assert.Single(_totals.TakeChanges()));
        Assert.Equal([Notes], Assert.Single(_totals.TakeChanges()).Changes.Select(change => change.Key));
    }

    [Fact]
    public void Writers_without_limits_are_told_of_to_nobody_until_something_of_theirs_is_given_back()
    {
        _totals.Set(Agent, Notes, new Amount(5, 50));
        Assert.Empty(_totals.TakeChanges());
        _totals.GiveBack(Agent, Notes);
        Assert.Equal([(Notes, default(Amount))], Assert.Single(_totals.TakeChanges()).Changes);
    }
}
