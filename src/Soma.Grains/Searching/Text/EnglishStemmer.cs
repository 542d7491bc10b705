using System.Buffers;

namespace Soma.Grains.Searching.Text;

/// <summary>
/// Takes English words to their stems by the Porter2 algorithm (M. F. Porter, "The English (Porter2) stemming algorithm",
/// snowballstem.org): <c>running</c> → <c>run</c>, <c>allergies</c> → <c>allergi</c>. Works in place. The text may only consist
/// of lower-case ASCII letters and apostrophes.
/// </summary>
internal ref struct EnglishStemmer(Span<char> word, int length)
{
    private static readonly SearchValues<char> Vowels = SearchValues.Create("aeiouy");
    private readonly Span<char> _word = word;
    private int _length = length;
    private int _r1;
    private int _r2;

    /// <summary>Stems the first <paramref name="length"/> characters in place; the buffer needs room for one more.</summary>
    /// <returns>The length of the stem.</returns>
    public static int Stem(Span<char> buffer, int length)
    {
        if (length <= 2 || EnglishExceptions.TryReplaceWhole(buffer, ref length))
        {
            return length;
        }

        var stemmer = new EnglishStemmer(buffer, length);
        stemmer.Run();
        return stemmer._length;
    }

    private readonly ReadOnlySpan<char> Text => _word[.._length];

    private void Run()
    {
        DropLeadingApostrophe();
        MarkConsonantY();
        FindRegions();
        ReplaceLongest(EnglishSuffixes.Step0, 0);
        Step1A();
        if (!EnglishExceptions.StopsAfterPlural(Text))
        {
            Step1B();
            Step1C();
            Step2();
            ReplaceLongest(EnglishSuffixes.Step3, _r1);
            Step4();
            Step5();
        }

        _word[.._length].Replace('Y', 'y');
    }

    private void DropLeadingApostrophe()
    {
        if (_word[0] == '\'')
        {
            _word[1.._length].CopyTo(_word);
            _length--;
        }
    }

    // A y at the start or after a vowel is a consonant, which is written Y during the steps.
    private readonly void MarkConsonantY()
    {
        for (var i = 0; i < _length; i++)
        {
            if (_word[i] == 'y' && (i == 0 || IsVowel(_word[i - 1])))
            {
                _word[i] = 'Y';
            }
        }
    }

    // R1 is what follows the first consonant after a vowel; R2 is the same again within R1.
    private void FindRegions()
    {
        _r1 = Text.StartsWith("gener") || Text.StartsWith("arsen") ? 5
            : Text.StartsWith("commun") ? 6
            : RegionAfter(0);
        _r2 = RegionAfter(_r1);
    }

    private readonly int RegionAfter(int start)
    {
        for (var i = start + 1; i < _length; i++)
        {
            if (!IsVowel(_word[i]) && IsVowel(_word[i - 1]))
            {
                return i + 1;
            }
        }

        return _length;
    }

    private void Step1A()
    {
        if (EndsWith("sses"))
        {
            _length -= 2;
        }
        else if (EndsWith("ied") || EndsWith("ies"))
        {
            _length -= _length > 4 ? 2 : 1;
        }
        else if (EndsWith("us") || EndsWith("ss"))
        {
            return;
        }
        else if (EndsWith("s") && HasVowel(_length - 2))
        {
            _length--;
        }
    }

    private void Step1B()
    {
        if (EndsWith("eedly") || EndsWith("eed"))
        {
            var suffix = EndsWith("eedly") ? 5 : 3;
            if (_length - suffix >= _r1)
            {
                _length -= suffix - 2;
            }

            return;
        }

        var cut = EndsWith("ingly") ? 5 : EndsWith("edly") ? 4 : EndsWith("ing") ? 3 : EndsWith("ed") ? 2 : 0;
        if (cut == 0 || !HasVowel(_length - cut))
        {
            return;
        }

        _length -= cut;
        if (EndsWith("at") || EndsWith("bl") || EndsWith("iz"))
        {
            _word[_length++] = 'e';
        }
        else if (EndsWithDouble())
        {
            _length--;
        }
        else if (IsShortWord())
        {
            _word[_length++] = 'e';
        }
    }

    private readonly void Step1C()
    {
        if (_length > 2 && _word[_length - 1] is 'y' or 'Y' && !IsVowel(_word[_length - 2]))
        {
            _word[_length - 1] = 'i';
        }
    }

    private void Step2()
    {
        if (ReplaceLongest(EnglishSuffixes.Step2, _r1))
        {
            return;
        }

        if (EndsWith("ogi"))
        {
            if (_length > 3 && _word[_length - 4] == 'l')
            {
                Replace("ogi", "og", _r1);
            }
        }
        else if (EndsWith("li") && _length > 2 && "cdeghkmnrt".Contains(_word[_length - 3], StringComparison.Ordinal))
        {
            Replace("li", "", _r1);
        }
    }

    private void Step4()
    {
        if (!ReplaceLongest(EnglishSuffixes.Step4, _r2) && EndsWith("ion") && _length > 3 && _word[_length - 4] is 's' or 't')
        {
            Replace("ion", "", _r2);
        }
    }

    private void Step5()
    {
        if (EndsWith("e"))
        {
            if (_length - 1 >= _r2 || (_length - 1 >= _r1 && !EndsInShortSyllable(_length - 1)))
            {
                _length--;
            }
        }
        else if (EndsWith("ll") && _length - 1 >= _r2)
        {
            _length--;
        }
    }

    /// <summary>Replaces the longest suffix of the list that the word ends with, if it lies in the region.</summary>
    /// <returns>Whether the word ends with any of them, replaced or not.</returns>
    private bool ReplaceLongest(EnglishSuffixes suffixes, int region)
    {
        if (!suffixes.TryFind(Text, out var rule))
        {
            return false;
        }

        // The one rule of Porter2 that asks for another region than the others of its step: ative must lie in R2.
        Replace(rule.Suffix, rule.Replacement, rule.Suffix == "ative" ? _r2 : region);
        return true;
    }

    private void Replace(string suffix, string replacement, int region)
    {
        if (_length - suffix.Length < region)
        {
            return;
        }

        _length -= suffix.Length;
        replacement.CopyTo(_word[_length..]);
        _length += replacement.Length;
    }

    private readonly bool EndsWith(string suffix) => Text.EndsWith(suffix, StringComparison.Ordinal);

    private readonly bool EndsWithDouble() =>
        _length > 1 && _word[_length - 1] == _word[_length - 2] && _word[_length - 1] is 'b' or 'd' or 'f' or 'g' or 'm' or 'n' or 'p' or 'r' or 't';

    private readonly bool IsShortWord() => _r1 >= _length && EndsInShortSyllable(_length);

    // A vowel between consonants (the last not w, x or Y), or a vowel at the word's start before a consonant.
    private readonly bool EndsInShortSyllable(int end) => end == 2
        ? IsVowel(_word[0]) && !IsVowel(_word[1])
        : end > 2 && !IsVowel(_word[end - 3]) && IsVowel(_word[end - 2]) && !IsVowel(_word[end - 1]) && _word[end - 1] is not ('w' or 'x' or 'Y');

    private readonly bool HasVowel(int end) => end > 0 && _word[..end].ContainsAny(Vowels);

    private static bool IsVowel(char c) => Vowels.Contains(c);
}
