using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Soma.Grains.Embeddings.Table;

namespace Soma.Grains.Tests.Embeddings.Table;

public sealed class TablePiecesTests
{
    private const int RandomTexts = 100_000;
    private const int AsciiBlocks = 6;

    // Reads a JSON string a line, and writes whether the script takes it for English, and its ids. A letter that this Python does not
    // know yet (it may have an older Unicode than .NET) makes the text incomparable.
    private const string Script = """
        import json, sys, unicodedata
        sys.dont_write_bytecode = True
        sys.path.insert(0, sys.argv[1])
        from soma_fast import SomaFast
        model = SomaFast()
        for line in sys.stdin:
            text = json.loads(line)
            known = all(unicodedata.category(c) != "Cn" for c in text)
            print(int(model.is_english(text)), *model.ids(text)) if known else print("newer")
        """;

    private static readonly string Folder = FastTableEmbedder.DefaultFolder();
    private static readonly TablePieces Pieces = new(TableVocabulary.Load(Path.Combine(Folder, "vocab.txt")));

    // First and last code points of blocks of many scripts, marks and signs among them; first those of ASCII.
    private static readonly (int First, int Last)[] Blocks =
    [
        (0x20, 0x7E), (0x61, 0x7A), (0x41, 0x5A), (0x20, 0x20), (0x09, 0x0D), (0x61, 0x7A), (0xA0, 0xFF), (0x100, 0x24F), (0x250, 0x2FF), (0x300, 0x36F), (0x370, 0x3FF),
        (0x400, 0x52F), (0x530, 0x5FF), (0x600, 0x6FF), (0x700, 0x7FF), (0x900, 0xDFF), (0xE00, 0xEFF), (0xF00, 0x109F), (0x10A0, 0x11FF),
        (0x1200, 0x13FF), (0x1780, 0x17FF), (0x1AB0, 0x1AFF), (0x1B00, 0x1CFF), (0x1D00, 0x1DFF), (0x1E00, 0x1FFF), (0x2000, 0x20FF), (0x2100, 0x2BFF),
        (0x3000, 0x30FF), (0x3100, 0x31FF), (0x4E00, 0x9FFF), (0xA000, 0xABFF), (0xAC00, 0xD7A3), (0xF900, 0xFFFD), (0x10000, 0x10FFF), (0x11000, 0x11FFF),
        (0x1D000, 0x1D7FF), (0x1F000, 0x1FAFF), (0x20000, 0x200FF), (0x2F800, 0x2FA1F), (0xE0100, 0xE01EF), (0xAC00, 0xD7A3), (0x1100, 0x11FF),
    ];

    [Fact]
    public void Random_texts_of_many_scripts_are_cut_as_the_models_own_script_cuts_them()
    {
        var random = new Random(20_261_128);
        var words = File.ReadLines(Path.Combine(Folder, "vocab.txt")).Where((_, row) => row % 7 == 0).ToArray();
        var texts = Enumerable.Range(0, RandomTexts).Select(_ => RandomText(random, words)).ToArray();
        var expected = RunScript(texts);
        Assert.Equal(texts.Length, expected.Length);
        var ids = new int[10_000];
        var wrong = new List<string>();
        for (var i = 0; i < texts.Length; i++)
        {
            var read = Pieces.Read(texts[i], ids);
            var cut = string.Join(' ', ids[..read.Count].Prepend(read.IsEnglish ? 1 : 0));
            if (expected[i] != cut && expected[i] != "newer")
            {
                wrong.Add($"{JsonSerializer.Serialize(texts[i])}: {cut}, and the script has {expected[i]}");
            }
        }

        Assert.InRange(expected.Count(line => line != "newer"), RandomTexts * 9 / 10, RandomTexts);
        Assert.True(wrong.Count == 0, $"{wrong.Count} differ: {string.Join('\n', wrong.Take(20))}");
    }

    [Fact]
    public void A_text_read_with_its_passages_and_each_of_them_are_cut_as_they_are_alone()
    {
        var random = new Random(20_261_130);
        var words = File.ReadLines(Path.Combine(Folder, "vocab.txt")).Where((_, row) => row % 7 == 0).ToArray();
        var english = File.ReadLines(Path.Combine(Folder, "vocab.txt")).Take(TableVocabulary.EnglishRows).Where(piece => piece.All(char.IsAsciiLetterLower)).ToArray();
        var (ids, alone, englishTexts) = (new int[256], new int[256], 0);
        for (var i = 0; i < 6_000; i++)
        {
            // Every other text is English in parts, and some of those are longer than what is kept of a text.
            var sentences = Enumerable.Range(0, random.Next(1, 8)).Select(_ => RandomText(random, words)
                + (i % 2 == 0 ? "" : " " + string.Join(' ', random.GetItems(english, random.Next(60))))).ToList();
            var text = string.Concat(sentences.Select(sentence => sentence + ". "));
            var ends = Enumerable.Range(0, random.Next(8)).Select(_ => random.Next(1, text.Length)).Append(text.Length).Distinct().Order().ToArray();
            var (rows, rowEnds) = (new int[text.Length], new int[ends.Length]);

            var read = Pieces.Read(text, ends, ids, rows, rowEnds);

            englishTexts += read.IsEnglish ? 1 : 0;
            Assert.Equal(Pieces.Read(text, alone), read);
            Assert.Equal(alone[..read.Count], ids[..read.Count]);
            for (var (passage, from, fromRow) = (0, 0, 0); passage < ends.Length; (from, fromRow) = (ends[passage], rowEnds[passage]), passage++)
            {
                var expected = new int[text.Length];
                var count = Pieces.Read(text.AsSpan(from..ends[passage]), expected).Count;
                Assert.Equal(expected[..count], rows[fromRow..rowEnds[passage]]);
            }
        }

        Assert.InRange(englishTexts, 1_500, 4_500);
    }

    [Fact]
    public void A_text_of_ASCII_is_cut_as_it_is_beside_a_sign_that_is_removed()
    {
        var random = new Random(20_261_201);
        var english = File.ReadLines(Path.Combine(Folder, "vocab.txt")).Take(TableVocabulary.EnglishRows).Where(piece => piece.All(char.IsAsciiLetterLower)).ToArray();
        string[] others = ["x86", "3d", "abc123def", "e.g.", "(no)", "GPT-4", "Qwzx", "strasse", "2026-12-01", "a@b.org", "\t", "$5"];
        var (ids, slow) = (new int[256], new int[256]);
        for (var i = 0; i < 5_000; i++)
        {
            var words = random.GetItems(english, random.Next(1, 30)).Concat(random.GetItems(others, random.Next(12))).ToArray();
            random.Shuffle(words);
            var text = string.Join(' ', words);

            var read = Pieces.Read(text, ids);

            Assert.Equal(Pieces.Read("\u200B " + text, slow), read);
            Assert.Equal(slow[..read.Count], ids[..read.Count]);
        }
    }

    [Fact]
    public void References_are_taken_for_the_language_that_they_are_in()
    {
        foreach (var line in File.ReadLines(Path.Combine(Folder, "reference.jsonl")))
        {
            var reference = JsonDocument.Parse(line).RootElement;
            Assert.Equal(reference.GetProperty("english").GetBoolean(), Pieces.Read(reference.GetProperty("text").GetString(), new int[256]).IsEnglish);
        }
    }

    [Theory]
    [InlineData("My sister is allergic to peanuts.", 0.9f, 1f)]
    [InlineData("Die Heizung im Büro ist seit Montag kaputt.", 0.9f, 1f)]
    [InlineData("우리 건강보험은 매년 삼월에 갱신된다.", 0.9f, 1f)]
    [InlineData("我们的医疗保险每年三月续保。", 0.9f, 1f)]
    [InlineData("ჩემი და ალერგიულია თხილზე", 0f, 0f)]
    [InlineData("xqzvk wrtpl ghjkq zzvbn qwxcv", 0f, 0.8f)]
    [InlineData("2026 🍜", 1f, 1f)]
    public void Pieces_of_one_letter_are_no_knowledge_of_a_language(string text, float least, float most) =>
        Assert.InRange(Pieces.Read(text, new int[256]).Known, least, most);

    [Fact]
    public void A_long_run_without_blanks_is_cut_like_a_short_one()
    {
        var ids = new int[256];
        Assert.Equal(256, Pieces.Read(string.Concat(Enumerable.Repeat("榛子过敏", 10_000)), ids).Count);
        var few = new int[4 * 10];
        var count = Pieces.Read(string.Concat(Enumerable.Repeat("榛子过敏", 10)), few).Count;
        Assert.Equal(few[..count], ids[..count]);
    }

    private static string RandomText(Random random, string[] words)
    {
        var text = new StringBuilder();
        var blocks = random.Next(4) == 0 ? AsciiBlocks : Blocks.Length;
        for (var parts = random.Next(1, 12); parts > 0; parts--)
        {
            var word = words[random.Next(words.Length)].TrimStart('#');
            if (random.Next(3) == 0 && (blocks > AsciiBlocks || Ascii.IsValid(word)))
            {
                text.Append(word).Append(random.Next(3) == 0 ? "" : " ");
                continue;
            }

            var (first, last) = Blocks[random.Next(blocks)];
            for (var letters = random.Next(1, 8); letters > 0; letters--)
            {
                var codePoint = random.Next(first, last + 1);
                text.Append(Rune.IsValid(codePoint) && CharUnicodeInfo.GetUnicodeCategory(codePoint) != UnicodeCategory.OtherNotAssigned ? char.ConvertFromUtf32(codePoint) : " ");
            }
        }

        return text.ToString();
    }

    private static string[] RunScript(IReadOnlyList<string> texts)
    {
        using var python = Process.Start(new ProcessStartInfo("python3", ["-c", Script, Folder])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            StandardInputEncoding = new UTF8Encoding(false),
        })!;
        var output = Task.Run(python.StandardOutput.ReadToEnd);
        foreach (var text in texts)
        {
            python.StandardInput.WriteLine(JsonSerializer.Serialize(text));
        }

        python.StandardInput.Close();
        python.WaitForExit();
        Assert.Equal(0, python.ExitCode);
        return output.Result.TrimEnd('\n').Split('\n');
    }
}
