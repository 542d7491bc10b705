using Soma.Grains.Engine.Embedding;
using Soma.Grains.Interfaces;

namespace Soma.Grains.Engine.Reading;

/// <summary>Embeds a query for the spaces that a namespace's memories have vectors in.</summary>
/// <remarks>
/// Queries of the shared space go through the table, which costs microseconds and, against memories of the sentence model,
/// next to no accuracy. A model that fails leaves the table's vector, and the answer says that it is degraded.
/// </remarks>
internal sealed class QueryEmbedder(NamespaceConfiguration configuration, string? modelSpace)
{
    private readonly TextModels _models = configuration.Models;
    private readonly ISentenceModel? _ownSpace = configuration.ModelOf(modelSpace);

    /// <summary>The query's vectors; whether all that were wanted could be made.</summary>
    public async ValueTask<(float[]? Text, float[]? Model, bool IsWhole)> EmbedAsync(SearchMemories query, CancellationToken patience)
    {
        if (query.Mode == SearchMode.Keyword || _models.Table is not { } table || string.IsNullOrWhiteSpace(query.Query))
        {
            return (null, null, true);
        }

        var first = new float[table.Dimension];
        var text = table.TryEmbed(query.Query, first) ? first : null;
        if (_ownSpace is { } model)
        {
            var (own, isWhole) = await AskAsync(model, query.Query, patience);
            return (text, own, isWhole);
        }

        if (_models is { IsShared: true, Model: { } shared } && (query.Accurate || _models.AccurateQueries))
        {
            var (better, isWhole) = await AskAsync(shared, query.Query, patience);
            return (better ?? text, null, isWhole);
        }

        return (text, null, true);
    }

    private static async ValueTask<(float[]? Vector, bool IsWhole)> AskAsync(ISentenceModel model, string query, CancellationToken patience)
    {
        try
        {
            return (await model.EmbedQueryAsync(query, patience), true);
        }
        catch (ModelUnavailableException)
        {
            return (null, false);
        }
    }
}
