using Soma.Grains.Engine.Embedding;
using Soma.Grains.Engine.Forgetting;
using Soma.Grains.Engine.Tier.Indexing;
using Soma.Grains.Searching;
using Soma.Grains.Searching.Text;

namespace Soma.Grains.Engine;

/// <summary>A namespace's settings, and what they select.</summary>
internal sealed class NamespaceConfiguration
{
    private readonly IModelCatalog _catalog;

    public NamespaceConfiguration(IModelCatalog catalog, NamespaceSettings settings)
    {
        _catalog = catalog;
        Settings = settings;
        Models = catalog.For(settings.Embedder);
        Fields = FieldsOf(settings);
        Indexer = new ContentIndexer(Models.Table, Fields);
        Bounds = Bounds.Of(settings);
    }

    public NamespaceSettings Settings { get; private set; }

    public TextModels Models { get; private set; }

    /// <summary>Which fields of a payload are indexed for words beside its text.</summary>
    public FieldSelection Fields { get; private set; }

    public ContentIndexer Indexer { get; private set; }

    /// <summary>How much the namespace keeps; null: there is no bound.</summary>
    public Bounds? Bounds { get; private set; }

    /// <summary>After how long without access importance has halved; null: it does not fade.</summary>
    public TimeSpan? HalfLife => Settings.HalfLifeDays is { } days ? TimeSpan.FromDays(days) : null;

    public IReadOnlyList<string> SequenceFields => Settings.SequenceFields;

    // Settings that an older version kept have no half-life.
    public TimeSpan RecencyHalfLife => TimeSpan.FromDays(
        Settings.RecencyHalfLifeDays > 0 ? Settings.RecencyHalfLifeDays : NamespaceSettings.DefaultRecencyHalfLifeDays);

    /// <summary>What answers name as the source of a text's first vector.</summary>
    public string FirstSource => Models.Table?.ModelName ?? EmbeddingSource.None;

    /// <summary>Whether brought vectors of the text space's dimension stand in the place of the texts' own.</summary>
    public bool IsBroughtText => Settings.BroughtSpace == EmbeddingSpace.BuiltIn.Name && Models.Table is not null;

    /// <summary>The model of a space of its own that searches may go by; null: not in this process, or not by these settings.</summary>
    public ISentenceModel? ModelOf(string? space) =>
        space is null || space == EmbeddingSpace.BuiltIn.Name || Models.Table is null ? null : _catalog.Find(space);

    /// <summary>How relevance is told by the cosines of a space of its own; null: nothing was fitted to them, or the namespace has chosen other models.</summary>
    public RelevanceCurve? CurveOf(string? space) =>
        !Models.IsShared && Settings.Relevance is { } fitted && fitted.Space == space ? fitted : null;

    /// <summary>What the refiner's progress in a space is filed under: other memories are left to it when callers' vectors stand in.</summary>
    public static string CursorOf(string space, bool isBroughtText) => isBroughtText ? space + "+brought" : space;

    /// <summary>The same by the settings of now.</summary>
    public string CursorOf(EmbeddingSpace space) => CursorOf(space.Name, IsBroughtText);

    /// <summary>
    /// What the vector tier's progress in a space is filed under. Where first vectors stand beside those of the sentence model, the name
    /// of the table is part of it, so that vectors of an older table are made anew. Where words are indexed, the revision of the chosen
    /// fields is, so that each choice begins at zero, one that was made before too.
    /// </summary>
    public string TierCursorOf(EmbeddingSpace space)
    {
        var table = Models is { IsShared: true, Table: { } shared } && space == EmbeddingSpace.BuiltIn ? $"/{shared.ModelName}" : "";
        var fields = space == Models.Target && !Settings.HasAllFields() ? $"/fields-{Settings.FieldsRevision}" : "";
        return NamespaceIndexer.CursorOf(space.Name + table + fields);
    }

    /// <summary>When a memory expires that is stored at <paramref name="now"/>; null: never.</summary>
    public Instant? ExpiryOf(PutMemory put, Instant now) =>
        put.Expiry.IsOpen && Settings.TtlSeconds is { } seconds ? now.Before(-TimeSpan.FromSeconds(seconds)) : put.Expiry.Resolve(now);

    /// <summary>Whether searches can go by what is kept in a space.</summary>
    public bool CanSearch(string? space) =>
        space == EmbeddingSpace.BuiltIn.Name ? Models.Table is not null : ModelOf(space) is not null;

    /// <returns>
    /// Whether the index is the same by the new settings. Another sentence model fills its own space in the background and needs no new
    /// index; other settings change what the index holds.
    /// </returns>
    public bool Apply(NamespaceSettings settings)
    {
        var (before, hadTable) = (Settings, Models.Table is not null);
        Settings = settings;
        Models = _catalog.For(settings.Embedder);
        Fields = FieldsOf(settings);
        Indexer = new ContentIndexer(Models.Table, Fields);
        Bounds = Bounds.Of(settings);
        return before.SequenceFields.SequenceEqual(settings.SequenceFields)
            && before.HasFieldsOf(settings) && before.BroughtSpace == settings.BroughtSpace
            && hadTable == (Models.Table is not null);
    }

    // Settings that an older version kept have no list of ignored fields.
    private static FieldSelection FieldsOf(NamespaceSettings settings) => new(settings.SearchFields, settings.IgnoreFields ?? []);
}
