using Soma.Grains.Searching.Text;

namespace Soma.Grains.Searching.Likeness;

/// <summary>How two texts differ, from nothing to most.</summary>
internal enum TextDifference
{
    /// <summary>They are equal but for letter case, width, blanks and punctuation.</summary>
    None,

    /// <summary>One has an article (a, an, the) that the other has not.</summary>
    Article,

    /// <summary>One has a word that the other has not, or has the words in another order.</summary>
    Word,

    /// <summary>One has a number, a name or a denial (not, never, without) that the other has not.</summary>
    Fact,
}

/// <summary>
/// A text as the words by which it is compared with another. Accents stay, and so do signs that change what is said: <c>?</c>,
/// <c>%</c>, an emoji, the point in <c>1.5</c>, the minus in <c>-3</c>.
/// </summary>
internal sealed class ComparedText
{
    private const string SignsThatCount = "?？؟%+=<>&/^#@";
    private const string SentenceEnds = ".!?。！？:\n";

    private static readonly HashSet<string> Articles = ["a", "an", "the"];

    private static readonly HashSet<string> Denials = [..
        ("not no never none nor neither without nobody nothing nowhere cannot cant dont doesnt didnt isnt arent wasnt werent wont wouldnt "
        + "shouldnt couldnt mustnt neednt hasnt havent hadnt aint nicht kein keine keinen keiner keinem keines nie niemals ohne nichts ne "
        + "pas jamais sans aucun aucune rien non nao nunca mai sin sem senza nada ninguno niet geen nooit zonder inte ikke aldrig aldri "
        + "uden uten utan bez не нет ни без никогда لا ليس ليست لم لن غير بدون 不 没 沒 無 无 非 未 否").Split(' ')];

    private readonly List<Word> _words = [];
    private readonly StringBuilder _word = new();
    private int _accents;
    private bool _isName;
    private bool _isFirst = true;

    public ComparedText(string text)
    {
        var (before, rune) = (default(Rune), default(Rune));
        foreach (var after in text.EnumerateRunes())
        {
            Read(rune, before, after);
            (before, rune) = (rune, after);
        }

        Read(rune, before, default);
        EndWord();
    }

    public TextDifference DifferenceTo(ComparedText other)
    {
        if (_words.SequenceEqual(other._words))
        {
            return TextDifference.None;
        }

        if (_words.Where(word => !word.IsArticle).SequenceEqual(other._words.Where(word => !word.IsArticle)))
        {
            return TextDifference.Article;
        }

        return WordsBeyond(other).Concat(other.WordsBeyond(this)).Any(word => word.IsFact) ? TextDifference.Fact : TextDifference.Word;
    }

    /// <summary>The words that are here more often than there.</summary>
    private IEnumerable<Word> WordsBeyond(ComparedText other)
    {
        var left = other._words.CountBy(word => word).ToDictionary();
        foreach (var word in _words)
        {
            var there = left.GetValueOrDefault(word);
            left[word] = there - 1;
            if (there <= 0)
            {
                yield return word;
            }
        }
    }

    private void Read(Rune rune, Rune before, Rune after)
    {
        switch (Characters.KindOf(rune))
        {
            case CharacterKind.Word:
                _isName |= _word.Length == 0 && Rune.IsUpper(rune);
                Append(rune);
                break;
            case CharacterKind.Unspaced or CharacterKind.Symbol:
                EndWord();
                Append(rune);
                EndWord();
                break;
            case CharacterKind.Separator when IsInside(rune, before, after):
                if (!IsApostrophe(rune))
                {
                    _word.Append(rune.ToString());
                }

                break;
            case CharacterKind.Separator:
                EndWord();
                if (SignsThatCount.Contains(rune.ToString(), StringComparison.Ordinal))
                {
                    Append(rune);
                    EndWord();
                }

                _isFirst |= SentenceEnds.Contains(rune.ToString(), StringComparison.Ordinal);
                break;
            default:
                break;
        }
    }

    /// <summary>Whether the character belongs to the word around it: an apostrophe between letters, a point between digits, the sign of a number.</summary>
    private bool IsInside(Rune rune, Rune before, Rune after) => rune.Value switch
    {
        '-' or 0x2212 => Rune.IsDigit(after) && (_word.Length == 0 || Rune.IsDigit(before)),
        '.' or ',' or ':' => Rune.IsDigit(before) && Rune.IsDigit(after),
        _ => IsApostrophe(rune) && Rune.IsLetter(before) && Rune.IsLetter(after),
    };

    private static bool IsApostrophe(Rune rune) => rune.Value is '\'' or 0x2019 or 0x02BC;

    private void Append(Rune rune)
    {
        Span<char> folded = stackalloc char[Folding.LongestFolded];
        var length = Folding.Fold(rune, folded);
        _word.Append(folded[..length]);
        // Folding drops accents, which tell más from mas. As letters or as marks of their own they count the same.
        _accents += rune.Value is (>= 0x300 and <= 0x36F) || (length == 1 && rune.Value is (>= 0xC0 and <= 0x24F) or (>= 0x1E00 and <= 0x1EFF)) ? 1 : 0;
    }

    private void EndWord()
    {
        if (_word.Length > 0)
        {
            var text = _word.ToString();
            // The first word of a sentence has a capital whatever it is; one that is no stop word may be a name.
            var isName = _isName && (!_isFirst || StopWords.LanguagesOf(text) == 0);
            _words.Add(new Word(text, _accents)
            {
                IsArticle = (!_isName || _isFirst) && Articles.Contains(text),
                IsFact = isName || Denials.Contains(text) || text.Any(char.IsDigit),
            });
            _word.Clear();
            _isFirst = false;
        }

        (_isName, _accents) = (false, 0);
    }

    private readonly record struct Word(string Text, int Accents)
    {
        public bool IsArticle { get; init; }

        public bool IsFact { get; init; }

        public bool Equals(Word other) => Text == other.Text && Accents == other.Accents;

        public override int GetHashCode() => Text.GetHashCode(StringComparison.Ordinal);
    }
}
