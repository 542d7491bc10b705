using System.Text.Json;

namespace Soma.Gateway.Bodies;

/// <summary>
/// Fields of the contract that a search does not serve yet: refused by name, because an answer that ignores what was asked
/// is worse than none.
/// </summary>
internal static class UnsupportedSearchFields
{
    /// <summary>Reads the property the reader stands on if it is one of these.</summary>
    public static bool Read(ref Utf8JsonReader reader, FieldErrors errors)
    {
        if (!MemoryBody.Is(ref reader, "as_of"u8))
        {
            return false;
        }

        if (reader.TokenType != JsonTokenType.Null)
        {
            reader.Skip();
            new Field(errors, FieldScope.Body, "as_of").IsNotSupportedYet();
        }

        return true;
    }

    public static void Check(QueryText query) => query.RefuseUnsupported("as_of");
}
