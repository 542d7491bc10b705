namespace Soma.Grains.Interfaces.Filtering;

/// <summary>Ends the reading of a filter at its first fault; never leaves <see cref="FilterParser"/>.</summary>
internal sealed class FilterSyntaxException(string path, string message) : Exception(message)
{
    public string Path { get; } = path;
}
