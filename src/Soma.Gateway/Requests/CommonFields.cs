namespace Soma.Gateway.Requests;

/// <summary>Field types that several requests use, and the fields that all requests have.</summary>
internal static class CommonFields
{
    public const int MostPerPage = 1000;
    private const int MostOffset = 1_000_000;
    private const double HundredYearsInSeconds = 3_155_760_000;

    public static TextType Text { get; } = new();

    /// <summary>Text that is stored.</summary>
    public static TextType StoredText { get; } = new(isStorable: true);

    public static NumberType Number { get; } = new();

    public static NumberType Share { get; } = new(0, 1, "a number from 0 to 1");

    public static BooleanType Boolean { get; } = new();

    public static KeyType Key { get; } = new();

    public static TimeType Time { get; } = new();

    // At most a hundred years, so that no sum of a stored time and a lifetime exceeds the largest date of .NET.
    public static NumberType Lifetime { get; } =
        new(0, HundredYearsInSeconds, "more than 0 seconds and less than a hundred years", isAboveLeast: true);

    public static ObjectType Object { get; } = new();

    public static FilterType Filter { get; } = new();

    public static VectorType Vector { get; } = new();

    public static IntegerType<int> PageSize { get; } = new(1, MostPerPage);

    public static IntegerType<int> Offset { get; } = new(0, MostOffset);

    public static ChoiceType<MemoryType> MemoryTypeChoice { get; } = new(
        "MemoryKind", (MemoryTypeNames.Episodic, MemoryType.Episodic), (MemoryTypeNames.Semantic, MemoryType.Semantic), (MemoryTypeNames.Belief, MemoryType.Belief));

    /// <summary>The query of a route that has no fields, or has its fields in the body.</summary>
    public static RequestShape<Form> NoFields { get; } = new RequestShape<Form>("NoFields", () => new Form()).WithTenant();

    /// <summary>Adds the tenant, which is the last field of every request.</summary>
    public static RequestShape<TForm> WithTenant<TForm>(this RequestShape<TForm> shape)
        where TForm : Form =>
        shape.With("tenant_id", Text, (form, tenant) => form.Tenant = tenant, "The tenant, where X-Soma-Tenant does not say.");
}
