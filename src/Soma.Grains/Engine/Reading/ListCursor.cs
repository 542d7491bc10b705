using System.Buffers.Text;
using Soma.Grains.Engine.Past;

namespace Soma.Grains.Engine.Reading;

/// <summary>The place where a listing continues: after the last memory of a page, in the order of the moment at which the listing began.</summary>
/// <param name="Order">What the listing is ordered by.</param>
/// <param name="Descending">Whether the largest value comes first.</param>
/// <param name="Bound">The newest seq when the first page was made; see <see cref="Searching.ListRequest.Bound"/>.</param>
/// <param name="Key">The value that the last memory is ordered by.</param>
/// <param name="Coordinate">The key of the last memory.</param>
internal readonly record struct ListCursor(ListOrder Order, bool Descending, long Bound, double Key, Coordinate Coordinate)
{
    /// <summary>The moment of the past that is listed; null: the present.</summary>
    public PastMoment? Moment { get; init; }

    /// <summary>Returns a text that is safe in a URL. Clients must not interpret it.</summary>
    public override string ToString()
    {
        var text = string.Create(CultureInfo.InvariantCulture, $"{Kind(Order, Descending)}@{Bound}{(Moment is { } past ? $"@{past}" : "")}:{Key:R}:{Coordinate.Text}");
        return Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));
    }

    /// <summary>Reads a cursor that was made for the same order; null: it was not. Cursors of earlier versions have no bound.</summary>
    public static ListCursor? Parse(string cursor, ListOrder order, bool descending)
    {
        if (!Base64Url.IsValid(cursor))
        {
            return null;
        }

        var pieces = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(cursor)).Split(':', 3);
        var start = pieces[0].Split('@');
        var bound = long.MaxValue;
        var moment = start.Length > 2 ? PastMoment.Parse(start[2]) : null;
        return pieces.Length == 3
            && start[0] == Kind(order, descending)
            && start.Length <= 3 && (start.Length < 3 || moment is not null)
            && (start.Length == 1 || long.TryParse(start[1], NumberStyles.None, CultureInfo.InvariantCulture, out bound))
            && double.TryParse(pieces[1], NumberStyles.Float, CultureInfo.InvariantCulture, out var key)
            && Coordinate.TryParse(pieces[2], out var coordinate)
            ? new ListCursor(order, descending, bound, key, coordinate) { Moment = moment }
            : null;
    }

    private static string Kind(ListOrder order, bool descending) =>
        string.Create(CultureInfo.InvariantCulture, $"{(int)order}{(descending ? 'd' : 'a')}");
}
