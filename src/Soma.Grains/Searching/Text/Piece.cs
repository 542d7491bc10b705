namespace Soma.Grains.Searching.Text;

/// <summary>A run of letters and digits inside of a chunk; its folded characters lie in the <see cref="TokenList"/>.</summary>
internal struct Piece
{
    public int Start;
    public int Length;
    public int Source;
    public int SourceLength;

    /// <summary>What joins it to the piece before; <c>'\0'</c>: nothing, because it is the first one.</summary>
    public char Connector;

    /// <summary>A bit for each folded character before which the piece is split.</summary>
    public ulong Boundaries;

    public int Digits;
    public int Letters;
    public int Capitals;

    /// <summary>Whether the first character is a capital.</summary>
    public bool IsCapital;

    /// <summary>Whether it is the first word of a sentence, where a capital says nothing.</summary>
    public bool StartsSentence;

    public readonly bool IsNumber => Letters == 0;

    public readonly bool IsStrong => Connector is not ('\0' or '.' or '-' or '_' or ',' or '\'');

    public readonly bool IsName => (Letters > 1 && Capitals == Letters) || (IsCapital && !StartsSentence);

    /// <summary>Counts a character, and notes whether the piece is split before it.</summary>
    /// <param name="at">Its place among the folded characters.</param>
    /// <param name="isDigit">Whether it is a digit.</param>
    /// <param name="isCapital">Whether it is a capital letter.</param>
    /// <param name="last">The character before.</param>
    public void Count(int at, bool isDigit, bool isCapital, ref (bool IsDigit, bool IsCapital, int Run) last)
    {
        if (Letters + Digits == 0)
        {
            IsCapital = isCapital;
        }
        else if (at < TokenList.LongestToken && (isDigit != last.IsDigit || (isCapital && !last.IsCapital && !isDigit)))
        {
            Boundaries |= 1UL << at;
        }
        else if (at is > 1 and < TokenList.LongestToken && !isCapital && !isDigit && last is { IsCapital: true, IsDigit: false, Run: > 1 })
        {
            // HTTPServer is http and server: the last capital begins the next word.
            Boundaries |= 1UL << (at - 1);
        }

        Digits += isDigit ? 1 : 0;
        Letters += isDigit ? 0 : 1;
        Capitals += isCapital ? 1 : 0;
        last = (isDigit, isCapital, isCapital && last.IsCapital ? last.Run + 1 : 1);
    }
}
