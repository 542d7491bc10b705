using Soma.Grains.Searching.Fields;
using Soma.Grains.Searching.Likeness;
using Soma.Grains.Searching.Text;

namespace Soma.Grains.Searching;

/// <summary>Computes what the index needs of a payload: text, terms, first vector and fields. Any number of threads may use it.</summary>
/// <param name="embedder">Makes the first vectors; null: memories get none.</param>
/// <param name="selection">Which fields of a payload are indexed beside its text; null: all.</param>
public sealed class ContentIndexer(ITextEmbedder? embedder, FieldSelection? selection = null)
{
    // A posting, its share of the segment's table of terms, and the slot's own numbers.
    private const int BytesPerTerm = 24;
    private const int BytesPerSlot = 160;

    /// <summary>Never throws for a valid JSON object.</summary>
    /// <param name="payload">The payload object, UTF-8 JSON.</param>
    /// <param name="text">What the client gave to be indexed in place of the payload's own text; null: nothing.</param>
    /// <param name="sequenceFields">Paths of payload fields that may name the memory's sequence. The first one that is present counts.</param>
    public IndexedContent Prepare(ReadOnlyMemory<byte> payload, string? text, IReadOnlyList<string> sequenceFields)
    {
        var composed = IndexedText.Compose(payload.Span, text, selection);
        var fields = FieldSet.Of(payload.Span);
        var (terms, further) = TermCounts.Of(composed.Words, composed.Further);
        var (vector, reading, passages) = Embed(composed.Text);
        return new IndexedContent
        {
            HasText = terms.Terms.Count > 0 || vector is not null,
            Text = composed.Text,
            Terms = terms,
            FurtherTerms = further,
            SpeakerTerms = [.. TermCounts.Of(composed.Speaker).Terms.Select(term => term.Term)],
            Vector = vector,
            Passages = passages,
            Reading = reading,
            LikenessHash = ComparedMemory.HashOf(composed.Text, payload.Span),
            Fields = fields,
            Sequence = SequenceOf(fields, payload, sequenceFields),
            Bytes = BytesPerSlot + fields.Bytes + (BytesPerTerm * (terms.Terms.Count + further.Terms.Count)) + ((sizeof(float) + sizeof(sbyte)) * (embedder?.Dimension ?? 0)) + (int)(passages?.Bytes ?? 0),
        };
    }

    /// <summary>What of a stored memory is compared with a new one; made again, because the index keeps neither its text nor its first vector.</summary>
    public ComparedMemory ToCompared(byte[] payload, string? text, byte[]? broughtVector)
    {
        var composed = IndexedText.Compose(payload, text, selection).Text;
        var vector = new float[embedder?.Dimension ?? 0];
        return new ComparedMemory(payload, composed, embedder?.TryEmbed(composed, vector) == true ? vector : null, broughtVector, ComparedMemory.HashOf(composed, payload));
    }

    private (float[]? Vector, TextReading Reading, TextPassages? Passages) Embed(string text)
    {
        if (embedder is null)
        {
            return (null, TextReading.None, null);
        }

        var vector = new float[embedder.Dimension];
        var (reading, passages) = TextPassages.Embed(text, embedder, vector);
        return (reading.HasVector ? vector : null, reading, passages);
    }

    private static string? SequenceOf(FieldSet fields, ReadOnlyMemory<byte> payload, IReadOnlyList<string> names)
    {
        var whole = fields;
        foreach (var name in names)
        {
            if (fields.IsPartial && ReferenceEquals(whole, fields))
            {
                whole = FieldSet.OfWhole(payload.Span);
            }

            if (whole.SingleText(name) is { } sequence)
            {
                return sequence;
            }
        }

        return null;
    }
}
