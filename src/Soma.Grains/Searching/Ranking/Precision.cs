namespace Soma.Grains.Searching.Ranking;

/// <summary>Which scores by vectors have to be exact.</summary>
/// <param name="Wanted">How many of the best memories must be in the right order.</param>
/// <param name="IsExact">Whether approximations are forbidden.</param>
/// <param name="IsOfEndsOnly">Whether the scores of the wanted and of the worst alone decide the answer, because nothing else is ranked by.</param>
internal readonly record struct Precision(int Wanted, bool IsExact, bool IsOfEndsOnly)
{
    /// <summary>Whether every single score has to be exact.</summary>
    public bool IsOfAll => IsExact && !IsOfEndsOnly;

    public static Precision Of(IndexSnapshot snapshot, SearchRequest request)
    {
        var asked = request.Asked;
        var hasText = !string.IsNullOrWhiteSpace(asked.Query);
        var hasWords = asked.Mode != SearchMode.Vector && (hasText || request.Filter.Keywords.Count > 0);
        var vectors = (request.BroughtVector is null ? 0 : 1)
            + (hasText && request.TextVector is not null ? 1 : 0)
            + (hasText && snapshot.UsesModels && request.ModelVector is not null ? 1 : 0);
        var isWeighted = asked.RecencyWeight > 0 || asked.ImportanceWeight > 0;
        var hasContext = request.UseContext && snapshot.SequenceBound > 0;
        return new Precision(asked.Offset + asked.TopK, asked.Exact, !hasWords && vectors == 1 && !isWeighted && !hasContext);
    }
}
