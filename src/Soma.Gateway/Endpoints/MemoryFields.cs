using static Soma.Gateway.Requests.CommonFields;

namespace Soma.Gateway.Endpoints;

/// <summary>A memory to store.</summary>
internal sealed class StoreForm() : Form<PutMemory>(
    new PutMemory { Coordinate = default, Payload = [], Type = MemoryType.Episodic, Importance = MemoryFields.NoImportance })
{
    public double? PayloadImportance { get; set; }
}

/// <summary>How a memory is shown: with the keys of its payload only inside <c>payload</c>, or beside the envelope's keys too.</summary>
internal sealed class GetForm : Form
{
    /// <summary>Null: as <c>SOMA_FLAT_MEMORIES</c> says.</summary>
    public bool? Flat { get; set; }
}

/// <summary>A page of a list, and the corners of the box whose memories it lists.</summary>
internal sealed class ListForm() : Form<ListMemories>(new ListMemories { Limit = 0, Timeout = default })
{
    public Coordinate? Least { get; set; }

    public Coordinate? Most { get; set; }
}

/// <summary>The fields of requests for memories.</summary>
internal static class MemoryFields
{
    public const int MostBatchItems = 1000;
    private const string Expires = "expires_at";

    /// <summary>Stands for an importance that was not given. No client can send it, because JSON has no NaN.</summary>
    public const double NoImportance = double.NaN;

    private static readonly string[] SentByKnownClients = ["type", "universe", "tenant"];

    private static readonly RequestShape<Form<OnSimilar>> Similar = new RequestShape<Form<OnSimilar>>("OnSimilar", () => new(new OnSimilar()))
        .With("min_score", new NumberType(0, 1, "a number from 0 to 1").Else(OnSimilar.DefaultMinScore), (form, score) => form.Command.MinScore = score, "How alike two memories must be. 1: equal but for letter case, blanks and punctuation. 0.95: an article may differ too. Texts of other words have at most 0.94, and at most 0.75 if a number, a name or a denial differs.")
        .With("do", new ChoiceType<SimilarAction>("SimilarAction", ("report", SimilarAction.Report), ("skip", SimilarAction.Skip), ("replace", SimilarAction.Replace), ("link", SimilarAction.Link)).Else(SimilarAction.Report), (form, act) => form.Command.Do = act, "report: store, and name what is like it. skip: store nothing. replace: store as the next version of the one that is there. link: store, and link to it (link_type similar).");

    /// <summary>The body of <c>POST /memories</c>, which is also an item of a batch.</summary>
    public static RequestShape<StoreForm> Store { get; } = new RequestShape<StoreForm>("StoreMemory", () => new StoreForm(), SentByKnownClients) { Check = SettleImportance }
        .With("id", new IdType(), (form, key) => form.Command.Coordinate = key, "A name of your own, 1–512 bytes of UTF-8. Without an id and a coord the server makes an id.", excludes: "coord")
        .With("coord", Key, (form, key) => form.Command.Coordinate = key, "1–64 comma-separated numbers, or @ and an id.")
        .With("payload", CommonFields.Object, SetPayload, "Any JSON object, nested up to 64 levels; given back byte for byte.", required: true)
        .With("memory_type", MemoryTypeChoice.Else(MemoryType.Episodic), (form, type) => form.Command.Type = type)
        .With("importance", Number, (form, importance) => form.Command.Importance = importance, "Default: payload.importance if that is a number, else 1.")
        .With("embedding", Vector, (form, vector) => form.Command.BroughtVector = vector, "A vector of your own, kept beside the text's: a list of numbers, or base64 of little-endian float32.", alias: "vector")
        .With("text", StoredText, (form, text) => form.Command.Text = text, "What is embedded and indexed instead of the payload's text.")
        .With(Expires, Time, (form, at) => form.Command.Expiry = new Expiry { At = at }, "ISO-8601, or seconds since 1970; null: never. Default: as the namespace's ttl_seconds says, else never.", onNull: SetNever)
        .With("ttl_seconds", Lifetime, (form, seconds) => form.Command.Expiry = After(seconds), "Seconds until the memory expires, more than 0; instead of expires_at.", excludes: Expires, onNull: SetNever)
        .With("on_similar", new ShapeType<Form<OnSimilar>>(Similar), (form, rule) => form.Command.OnSimilar = rule.Command, "Looks for a current memory that says the same, in the order of writes, so that equal stores at once are found out too.")
        .WithTenant();

    /// <summary>The body of <c>POST /memories/batch</c>: memories for one namespace.</summary>
    public static RequestShape<Form<List<StoreForm>>> Batch { get; } = new RequestShape<Form<List<StoreForm>>>("StoreBatch", () => new([]))
        .With("items", new ListType<StoreForm>(new ShapeType<StoreForm>(Store), 1, MostBatchItems), (form, items) => form.Command = items, "Memories of one namespace; all are stored or none.", required: true)
        .WithTenant();

    /// <summary>The body of <c>PATCH /memories/{coord}</c>. A null removes the field, if a memory can exist without it.</summary>
    public static RequestShape<Form<PatchMemory>> Patch { get; } = new RequestShape<Form<PatchMemory>>("PatchMemory", () => new(new PatchMemory { Coordinate = default })) { Check = RefuseNoChange }
        .With("payload", CommonFields.Object, (form, payload) => form.Command.PayloadPatch = payload.Json, "A JSON merge patch (RFC 7396) on the payload.")
        .With("text", StoredText, SetText, "What is embedded and indexed; null: what the payload yields, as if none had ever been given.", onNull: form => SetText(form, null))
        .With("memory_type", MemoryTypeChoice, (form, type) => form.Command.Type = type)
        .With("importance", Number, (form, importance) => form.Command.Importance = importance)
        .With("embedding", Vector, SetVector, "The brought vector; null: the memory has none any more.", alias: "vector", onNull: form => SetVector(form, null))
        .With(Expires, Time, (form, at) => SetExpiry(form, new Expiry { At = at }), "ISO-8601, or seconds since 1970; null: the memory no longer expires.", onNull: form => SetExpiry(form, default))
        .With("ttl_seconds", Lifetime, (form, seconds) => SetExpiry(form, After(seconds)), "Seconds from now, more than 0; instead of expires_at.", excludes: Expires, onNull: form => SetExpiry(form, default))
        .WithTenant();

    public static RequestShape<GetForm> Get { get; } = new RequestShape<GetForm>("GetMemory", () => new GetForm())
        .With("flat", CommonFields.Boolean, (form, flat) => form.Flat = flat, "Puts the payload's keys beside the envelope's too; an envelope key wins. Default by SOMA_FLAT_MEMORIES.")
        .WithLater("as_of")
        .WithTenant();

    public static RequestShape<Form<DeleteMemory>> Delete { get; } = new RequestShape<Form<DeleteMemory>>("DeleteMemory", () => new(new DeleteMemory { Coordinate = default }))
        .With("purge", CommonFields.Boolean.Else(false), (form, purge) => form.Command.Purge = purge, "Removes payload, text and vectors of every version now, history included.")
        .WithTenant();

    public static RequestShape<Form<DeleteMany>> DeleteMany { get; } = new RequestShape<Form<DeleteMany>>("DeleteMemories", () => new(new DeleteMany { Timeout = default })) { Check = RefuseEverything }
        .With("filters", Filter, (form, filter) => form.Command.Filter = filter, "Which memories; not empty.")
        .With("coords", new ListType<Coordinate>(Key), (form, keys) => form.Command.Coordinates = [.. keys], "Which keys; with filters too, both must hold.")
        .With("dry_run", CommonFields.Boolean.Else(false), (form, isDry) => form.Command.DryRun = isDry, "Counts and changes nothing.")
        .WithTenant();

    public static RequestShape<ListForm> List { get; } = Page(new("ListMemories", () => new ListForm()));

    public static RequestShape<ListForm> Range { get; } = Page(new("RangeMemories", () => new ListForm()) { Check = SetBox })
        .With("min", Key, (form, key) => form.Least = key, "The corner with the smallest numbers, such as 0,0.", required: true)
        .With("max", Key, (form, key) => form.Most = key, "The corner with the largest numbers, of as many dimensions; edges belong to the box.", required: true);

    private static RequestShape<ListForm> Page(RequestShape<ListForm> shape) => shape
        .With("limit", PageSize.Else(100), (form, limit) => form.Command.Limit = limit)
        .With("cursor", Text, (form, cursor) => form.Command.Cursor = cursor, "The last page's next_cursor.")
        .With("memory_type", MemoryTypeChoice, (form, type) => form.Command.Type = type, "Only memories of this type.")
        .With("filters", Filter, (form, filter) => form.Command.Filter = filter, "A filter object as JSON text.")
        .With("order", new ChoiceType<ListOrder>("ListOrder", ("seq", ListOrder.Seq), ("created", ListOrder.Created), ("importance", ListOrder.Importance)).Else(ListOrder.Seq), (form, order) => form.Command.Order = order)
        .With("desc", CommonFields.Boolean.Else(false), (form, isDescending) => form.Command.Descending = isDescending, "Largest first.")
        .WithLater("as_of")
        .WithTenant();

    private static Expiry After(double seconds) => new() { After = TimeSpan.FromSeconds(seconds) };

    // A null that stands beside the other field's value says nothing: many clients send every field that they know.
    private static void SetNever(StoreForm form) => form.Command.Expiry = form.Command.Expiry.IsOpen ? Expiry.Never : form.Command.Expiry;

    private static void SetPayload(StoreForm form, SentObject payload)
    {
        form.Command.Payload = payload.Json;
        form.PayloadImportance = payload.Importance;
    }

    private static void SettleImportance(StoreForm form, FieldPlace body)
    {
        if (double.IsNaN(form.Command.Importance))
        {
            form.Command.Importance = form.PayloadImportance ?? 1;
        }
    }

    private static void SetText(Form<PatchMemory> form, string? text) => (form.Command.ChangesText, form.Command.Text) = (true, text);

    private static void SetVector(Form<PatchMemory> form, byte[]? vector) => (form.Command.ChangesVector, form.Command.BroughtVector) = (true, vector);

    private static void SetExpiry(Form<PatchMemory> form, Expiry expiry) => (form.Command.ChangesExpiry, form.Command.Expiry) = (true, expiry);

    private static void SetBox(ListForm form, FieldPlace query)
    {
        if (form is not { Least: { } least, Most: { } most })
        {
            return;
        }

        if (least.Id is not null || most.Id is not null || least.ToNumbers().Length != most.ToNumbers().Length)
        {
            query.Beside("max").IsWrong("min and max should be coordinates of as many numbers, such as 0,0 and 5,5", "dimensions");
        }

        form.Command.Box = new CoordinateBox(least, most);
    }

    private static void RefuseNoChange(Form<PatchMemory> form, FieldPlace body)
    {
        if (form.Command is { PayloadPatch: null, Importance: null, Type: null, ChangesText: false, ChangesVector: false, ChangesExpiry: false } && !body.Errors.Any)
        {
            body.IsWrong("Give payload, text, memory_type, importance, embedding or expires_at", "missing");
        }
    }

    private static void RefuseEverything(Form<DeleteMany> form, FieldPlace body)
    {
        // In a search such a filter means: no filter. Here it would delete every memory, although the client never asked for that.
        if (form.Command.Coordinates is null && !body.Errors.Any && FilterType.PassesEverything(form.Command.Filter))
        {
            body.Beside("filters").IsWrong(
                """Every memory would be deleted: give a condition that a memory can fail, such as {"user_id":"bob"}, or coords""", "missing");
        }
    }
}
