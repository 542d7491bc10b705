using static Soma.Gateway.Requests.CommonFields;

namespace Soma.Gateway.LangGraph;

/// <summary>A request about the items of one namespace of LangGraph, or of those below it.</summary>
internal class LabelledForm : Form
{
    /// <summary>The labels of the namespace, outermost first.</summary>
    public List<string> Labels { get; set; } = [];

    /// <summary>Whether the labels may be missing.</summary>
    public virtual bool MayBeEmpty => false;

    /// <summary>The label that all items of the request have in the first place; null: they may have any.</summary>
    public virtual string? FirstLabel => Labels.Count > 0 ? Labels[0] : null;
}

/// <summary>A request about one item.</summary>
internal sealed class ItemForm : LabelledForm
{
    public string Key { get; set; } = "";

    /// <summary>The value, a JSON object in UTF-8.</summary>
    public byte[] Value { get; set; } = [];

    /// <summary>The paths of the value's texts that a query finds.</summary>
    public List<string> Index { get; set; } = ["$"];

    /// <summary>Minutes until the item expires; null: never.</summary>
    public double? Ttl { get; set; }

    public bool RefreshesTtl { get; set; }
}

/// <summary>A request for the items in a namespace and below it.</summary>
internal sealed class SearchForm : LabelledForm
{
    public JsonObject Filter { get; set; } = [];

    public string? Query { get; set; }

    public int Limit { get; set; }

    public int Offset { get; set; }

    public bool RefreshesTtl { get; set; }

    public override bool MayBeEmpty => true;
}

/// <summary>A request for namespaces. Its labels are the prefix.</summary>
internal sealed class NamespacesForm : LabelledForm
{
    public const string AnyLabel = "*";

    public List<string> Suffix { get; set; } = [];

    public int Depth { get; set; } = int.MaxValue;

    public int Limit { get; set; }

    public int Offset { get; set; }

    public override bool MayBeEmpty => true;

    public override string? FirstLabel => base.FirstLabel is AnyLabel ? null : base.FirstLabel;
}

/// <summary>The fields of the requests. Python's client sends null for what it was not given, and null counts as not given.</summary>
internal static class StoreFields
{
    /// <summary>The label in the first place that LangGraph keeps for itself.</summary>
    private const string Reserved = "langgraph";

    // An item holds one text for each of its labels, and each is as long as all labels before it: many long ones would become gigabytes.
    private const int MostLabels = 32;
    private const double MinutesOfHundredYears = 52_596_000;

    private static readonly ListType<string> _labels = new(new LabelType(), most: MostLabels);
    private static readonly ListType<string> _patterns = new(Text, most: MostLabels);
    private static readonly TextType _key = new(1);
    private static readonly NumberType _minutes = new(0, MinutesOfHundredYears, "more than 0 minutes and less than a hundred years", isAboveLeast: true);

    public static RequestShape<ItemForm> Put { get; } = WithName(new RequestShape<ItemForm>("PutItem", () => new ItemForm()) { Check = RefuseReserved })
        .With("value", CommonFields.Object, (form, value) => form.Value = value.Json, required: true)
        .With("index", new IndexType(), (form, paths) => form.Index = paths)
        .With("ttl", _minutes, (form, minutes) => form.Ttl = minutes)
        .WithTenant();

    public static RequestShape<ItemForm> Delete { get; } = WithName(new RequestShape<ItemForm>("DeleteItem", () => new ItemForm())).WithTenant();

    public static RequestShape<ItemForm> Get { get; } = new RequestShape<ItemForm>("GetItem", () => new ItemForm())
        .With("namespace", new DottedLabelsType(), (form, labels) => form.Labels = labels)
        .With("key", _key, (form, key) => form.Key = key, required: true)
        .With("refresh_ttl", CommonFields.Boolean, (form, refreshes) => form.RefreshesTtl = refreshes)
        .WithTenant();

    public static RequestShape<SearchForm> Search { get; } = new RequestShape<SearchForm>("SearchItems", () => new SearchForm())
        .With("namespace_prefix", _labels, (form, labels) => form.Labels = labels, required: true)
        .With("filter", new MembersType(), (form, filter) => form.Filter = filter)
        .With("query", new TextType(most: SearchEndpoints.LongestQuery), (form, query) => form.Query = query)
        .With("limit", PageSize.Else(10), (form, limit) => form.Limit = limit)
        .With("offset", Offset.Else(0), (form, offset) => form.Offset = offset)
        .With("refresh_ttl", CommonFields.Boolean, (form, refreshes) => form.RefreshesTtl = refreshes)
        .WithTenant();

    public static RequestShape<NamespacesForm> Namespaces { get; } = new RequestShape<NamespacesForm>("ListItemNamespaces", () => new NamespacesForm())
        .With("prefix", _patterns, (form, labels) => form.Labels = labels)
        .With("suffix", _patterns, (form, labels) => form.Suffix = labels)
        .With("max_depth", new IntegerType<int>(1, int.MaxValue), (form, depth) => form.Depth = depth)
        .With("limit", PageSize.Else(100), (form, limit) => form.Limit = limit)
        .With("offset", Offset.Else(0), (form, offset) => form.Offset = offset)
        .WithTenant();

    private static RequestShape<ItemForm> WithName(RequestShape<ItemForm> shape) => shape
        .With("namespace", _labels, (form, labels) => form.Labels = labels, required: true)
        .With("key", _key, (form, key) => form.Key = key, required: true);

    private static void RefuseReserved(ItemForm form, FieldPlace body)
    {
        if (form.FirstLabel == Reserved)
        {
            body.Beside("namespace").IsWrong($"The first label '{Reserved}' is LangGraph's own", "reserved_label");
        }
    }
}

/// <summary>A label of a namespace. Clients join labels by dots, so a label has none.</summary>
internal sealed class LabelType : StringType<string>
{
    private const int Longest = 1024;

    public override bool TryParse(string text, in FieldPlace place, out string value)
    {
        value = text;
        return (text.Length is > 0 and <= Longest && !text.Contains('.', StringComparison.Ordinal))
            || Refuse(place, $"A label has 1–{Longest} characters and no dot", "invalid_label", out value);
    }

    public override IOpenApiSchema ToSchema(OpenApiDocument? document) => new OpenApiSchema { Type = JsonSchemaType.String };
}

/// <summary>Labels in a query, with dots between them.</summary>
internal sealed class DottedLabelsType : StringType<List<string>>
{
    private static readonly LabelType _label = new();

    public override bool TryParse(string text, in FieldPlace place, out List<string> value)
    {
        value = [.. text.Split('.')];
        for (var i = 0; i < value.Count; i++)
        {
            if (!_label.TryParse(value[i], place.Element(i), out _))
            {
                return false;
            }
        }

        return true;
    }

    public override IOpenApiSchema ToSchema(OpenApiDocument? document) => new OpenApiSchema { Type = JsonSchemaType.String };
}

/// <summary>The paths of the texts that are indexed; <c>false</c>: none.</summary>
internal sealed class IndexType : FieldType<List<string>>
{
    private const int MostPaths = 100;
    private const int LongestPath = 512;
    private static readonly ListType<string> _paths = new(new TextType(most: LongestPath), most: MostPaths);

    public override bool TryRead(ref Utf8JsonReader reader, ReadOnlySpan<byte> body, in FieldPlace place, out List<string> value)
    {
        value = [];
        return reader.TokenType switch
        {
            JsonTokenType.False => true,
            JsonTokenType.StartArray => _paths.TryRead(ref reader, body, place, out value),
            _ => Refuse(ref reader, place, "Input should be false or a list of paths", "index_type", out value),
        };
    }

    public override IOpenApiSchema ToSchema(OpenApiDocument? document) => _paths.ToSchema(document);
}

/// <summary>An object whose members are read one by one.</summary>
internal sealed class MembersType : FieldType<JsonObject>
{
    private static readonly ObjectType _object = new();
    private static readonly JsonDocumentOptions _strict = new() { AllowDuplicateProperties = false, MaxDepth = JsonBody.MaxDepth };

    public override bool TryRead(ref Utf8JsonReader reader, ReadOnlySpan<byte> body, in FieldPlace place, out JsonObject value)
    {
        value = [];
        if (!_object.TryRead(ref reader, body, place, out var sent))
        {
            return false;
        }

        try
        {
            value = JsonNode.Parse(sent.Json, documentOptions: _strict) as JsonObject ?? value;
            return true;
        }
        catch (JsonException)
        {
            return Refuse(place, "A member is there twice", "duplicate_member", out value);
        }
    }

    public override IOpenApiSchema ToSchema(OpenApiDocument? document) => ObjectType.OpenObject();
}
