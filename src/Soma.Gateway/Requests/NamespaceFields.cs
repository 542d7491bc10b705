namespace Soma.Gateway.Requests;

/// <summary>The fields of <c>PUT /namespaces/{name}</c>. They are all settings: a setting that is missing or null gets its default.</summary>
internal static class NamespaceFields
{
    private const int MostSequenceFields = 16;
    private const int LongestSequenceField = 128;
    private const double OneMinute = 1.0 / 24 / 60;
    private const double OneCentury = 36_500;

    public static RequestShape<Form<NamespaceSettings>> Settings { get; } = new RequestShape<Form<NamespaceSettings>>("NamespaceChoices", () => new(new NamespaceSettings()))
        .With("embedder", new ChoiceType<string>("Embedder", ("builtin", "builtin"), ("fast", "fast"), ("none", "none")), (form, embedder) => form.Command.Embedder = embedder, "What embeds texts; null: what the service is set to (SOMA_EMBEDDINGS).")
        .With("sequence_fields", new ListType<string>(new TextType(1, LongestSequenceField), most: MostSequenceFields).Else([.. NamespaceSettings.DefaultSequenceFields]), (form, fields) => form.Command.SequenceFields = [.. fields], "Payload fields that may name the conversation a memory belongs to; the first one present counts.")
        .With("brought_space", new ChoiceType<string>("BroughtSpace", ("all-minilm-l6-v2", "all-minilm-l6-v2")), (form, space) => form.Command.BroughtSpace = space, "all-minilm-l6-v2: brought vectors of 384 numbers stand in the place of their texts' own.")
        .With("recency_half_life_days", new NumberType(OneMinute, OneCentury, "a number of days from one minute to a century").Else(NamespaceSettings.DefaultRecencyHalfLifeDays), (form, days) => form.Command.RecencyHalfLifeDays = days, "After how many days the preference for newer memories has halved.");
}
