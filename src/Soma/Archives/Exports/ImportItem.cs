namespace Soma.Archives.Exports;

/// <summary>A memory on its way into a batch.</summary>
/// <param name="Line">Where it stands in the file.</param>
/// <param name="Json">The batch's item.</param>
internal sealed record ImportItem(long Line, byte[] Json);
