using System.Runtime.CompilerServices;

namespace Soma.Client;

internal static class Pages
{
    /// <summary>Walks through all pages of a listing, and asks for the next one only when its elements are wanted.</summary>
    public static async IAsyncEnumerable<TElement> WalkAsync<TPage, TElement>(
        Func<string?, CancellationToken, Task<TPage>> read, Func<TPage, (IReadOnlyList<TElement> Elements, string? Next)> open,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        string? cursor = null;
        do
        {
            (var elements, cursor) = open(await read(cursor, cancellationToken));
            foreach (var element in elements)
            {
                yield return element;
            }
        }
        while (cursor is not null);
    }
}
