namespace Soma.Gateway.Tests.Consistency;

/// <summary>The ways to read a memory.</summary>
internal enum Sight
{
    Hybrid,
    Keyword,
    TextVector,
    BroughtVector,
    Filter,
    FilteredList,
    NewestOfList,
    Get,
}
