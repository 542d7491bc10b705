using System.Runtime.Intrinsics;
using Soma.Grains.Embeddings.Unicode;

namespace Soma.Grains.Embeddings.Table;

/// <summary>Takes texts to the form that the pieces of the table have: lower case, without accents, composed.</summary>
internal static class TableForm
{
    private const int Sigma = 0x3C3;

    /// <summary>Drops what is removed, then accents, and makes all letters lower case.</summary>
    public static void Normalise(ref CodePoints chunk, ref CodePoints form)
    {
        if (IsPlainAscii(chunk.Written))
        {
            Lower(chunk.Written);
            return;
        }

        if (IsNormal(chunk.Written))
        {
            return;
        }

        chunk.RemoveWhere(LetterKinds.IsRemoved);
        if (IsInert(chunk.Written))
        {
            chunk.RemoveWhere(LetterKinds.IsDropped);
            Lower(chunk.Written);
            return;
        }

        form.Clear();
        CanonicalForm.Decompose(chunk.Written, ref form);
        form.RemoveWhere(LetterKinds.IsDropped);
        Lower(form.Written);
        CanonicalForm.Compose(ref form);
        chunk.Clear();
        foreach (var codePoint in form.Written)
        {
            chunk.Add(codePoint);
        }
    }

    /// <summary>Composes what can be composed, and changes nothing else.</summary>
    /// <returns>The composed form: the same code points, or those written to the buffer.</returns>
    public static Span<int> Compose(Span<int> chunk, ref CodePoints form)
    {
        if (IsInert(chunk))
        {
            return chunk;
        }

        form.Clear();
        CanonicalForm.Decompose(chunk, ref form);
        CanonicalForm.Compose(ref form);
        return form.Written;
    }

    /// <summary>Writes an ASCII text as code points in lower case.</summary>
    /// <returns>What was written.</returns>
    public static Span<int> LowerAscii(ReadOnlySpan<char> ascii, Span<int> letters)
    {
        letters = letters[..ascii.Length];
        var at = 0;
        for (; at <= ascii.Length - Vector128<ushort>.Count; at += Vector128<ushort>.Count)
        {
            var eight = Vector128.Create(MemoryMarshal.Cast<char, ushort>(ascii.Slice(at, Vector128<ushort>.Count)));
            var isCapital = Vector128.LessThan(eight - Vector128.Create((ushort)'A'), Vector128.Create((ushort)26));
            var (low, high) = Vector128.Widen(eight | (isCapital & Vector128.Create((ushort)0x20)));
            low.AsInt32().CopyTo(letters[at..]);
            high.AsInt32().CopyTo(letters[(at + 4)..]);
        }

        for (; at < ascii.Length; at++)
        {
            letters[at] = LetterKinds.Lower(ascii[at]);
        }

        return letters;
    }

    /// <summary>Whether nothing of it is decomposed or composed.</summary>
    private static bool IsInert(ReadOnlySpan<int> chunk)
    {
        if (IsPlainAscii(chunk))
        {
            return true;
        }

        foreach (var codePoint in chunk)
        {
            if (!CanonicalForm.IsInert(codePoint))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Whether normalising changes nothing.</summary>
    private static bool IsNormal(ReadOnlySpan<int> chunk)
    {
        foreach (var codePoint in chunk)
        {
            if (codePoint == Sigma || LetterKinds.IsChanged(codePoint) || !CanonicalForm.IsInert(codePoint))
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsPlainAscii(ReadOnlySpan<int> chunk) => !chunk.ContainsAnyExceptInRange(' ', '~');

    // A sigma that ends a word has a form of its own.
    private static void Lower(Span<int> text)
    {
        const int LastSigma = 0x3C2;
        for (var i = 0; i < text.Length; i++)
        {
            text[i] = LetterKinds.Lower(text[i]);
            if (text[i] == Sigma && i > 0 && LetterKinds.IsLetter(text[i - 1]) && !(i + 1 < text.Length && LetterKinds.IsLetter(text[i + 1])))
            {
                text[i] = LastSigma;
            }
        }
    }
}
