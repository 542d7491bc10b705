using System.Buffers.Text;
using System.Globalization;
using System.Text;
using Soma.Grains.Interfaces;

namespace Soma.Grains.Engine.Reading;

/// <summary>The last memory of a page: the next one starts behind it, whatever was written meanwhile.</summary>
internal readonly record struct ListCursor(ListOrder Order, bool Descending, double Key, Coordinate Coordinate)
{
    /// <summary>Opaque to clients, safe in a URL.</summary>
    public override string ToString()
    {
        var text = string.Create(CultureInfo.InvariantCulture, $"{(int)Order}{(Descending ? 'd' : 'a')}:{Key:R}:{Coordinate.Text}");
        return Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));
    }

    /// <summary>Reads a cursor that was made for the same order.</summary>
    public static bool TryParse(string cursor, ListOrder order, bool descending, out ListCursor parsed)
    {
        parsed = default;
        if (!Base64Url.IsValid(cursor))
        {
            return false;
        }

        var pieces = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(cursor)).Split(':', 3);
        if (pieces.Length != 3
            || pieces[0] != string.Create(CultureInfo.InvariantCulture, $"{(int)order}{(descending ? 'd' : 'a')}")
            || !double.TryParse(pieces[1], NumberStyles.Float, CultureInfo.InvariantCulture, out var key)
            || !Coordinate.TryParse(pieces[2], out var coordinate))
        {
            return false;
        }

        parsed = new ListCursor(order, descending, key, coordinate);
        return true;
    }
}
