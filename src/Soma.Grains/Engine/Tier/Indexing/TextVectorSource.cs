using Soma.Grains.Engine.Embedding;
using Soma.Grains.Searching;
using Soma.Grains.Searching.Text;

namespace Soma.Grains.Engine.Tier.Indexing;

/// <summary>
/// Reads the vectors of memories' texts: the sentence model's vector if there is one, else the table's vector if the
/// table shares the space.
/// </summary>
/// <param name="embeddings">The stored vectors of sentence models.</param>
/// <param name="models">The models that embed texts.</param>
/// <param name="isBroughtText">Whether vectors brought by callers, if they have the space's dimension, replace the
/// vectors of the texts.</param>
/// <param name="cursor">The cursor of the refiner in this space.</param>
public sealed class TextVectorSource(IEmbeddingStore embeddings, TextModels models, bool isBroughtText, string cursor) : IVectorSource
{
    public async Task<IReadOnlyList<float[]?>> ReadAsync(
        long namespaceId, EmbeddingSpace space, IReadOnlyList<MemoryRow> rows, CancellationToken cancellationToken)
    {
        var stored = await embeddings.ReadEmbeddingsAsync(namespaceId, space.Name, [.. rows.Select(row => row.Seq)], cancellationToken);
        var bySeq = stored.Where(row => row.Vector is not null).ToDictionary(row => row.Seq, row => row.Vector);
        return [.. rows.Select(row =>
            isBroughtText && row.BroughtVector?.Length == space.Dimension * sizeof(float) ? UnitVector.Of(ToNumbers(row.BroughtVector))
            : models.IsShared ? FirstOr(row, bySeq.GetValueOrDefault(row.Seq))
            : bySeq.GetValueOrDefault(row.Seq) is { } vector ? ToNumbers(vector) : null)];
    }

    public Task<long> ReadRefinedSeqAsync(long namespaceId, EmbeddingSpace space, CancellationToken cancellationToken) =>
        models.Model is null ? Task.FromResult(long.MaxValue) : embeddings.ReadRefinedSeqAsync(namespaceId, cursor, cancellationToken);

    private static float[] ToNumbers(byte[] vector) => MemoryMarshal.Cast<byte, float>(vector).ToArray();

    // The built-in sentence model knows English only. What it made of other texts, in an older version, is not used.
    private float[]? FirstOr(MemoryRow row, byte[]? refined)
    {
        if (models.Table is not { } table)
        {
            return refined is null ? null : ToNumbers(refined);
        }

        var vector = new float[table.Dimension];
        var reading = table.Embed(IndexedText.Compose(row.Payload, row.Text).Text, vector);
        return refined is not null && reading.IsEnglish ? ToNumbers(refined) : reading.HasVector ? vector : null;
    }
}
