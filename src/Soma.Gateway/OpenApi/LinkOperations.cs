using Soma.Gateway.Answers;
using Soma.Gateway.OpenApi.Schemas;

namespace Soma.Gateway.OpenApi;

internal static class LinkOperations
{
    private const string Tag = "Links";

    private static readonly ParameterDoc LinkType = new("link_type", "Only links of this type.", typeof(string));

    public static OperationDoc Link { get; } = new("storeLink", Tag, "Make or replace a link")
    {
        Description = "The end points need not exist as memories.",
        Body = typeof(StoreLink),
        BodyExample = """{"from_coord":"1,2,3","to_coord":"4,5,6","link_type":"related","strength":0.8}""",
        Answer = typeof(StoredLink),
        AnswerExample = """{"from_coord":"1.0,2.0,3.0","to_coord":"4.0,5.0,6.0","link_type":"related","ok":true,"seq":3}""",
        IsWrite = true,
    };

    public static OperationDoc Unlink { get; } = new("deleteLink", Tag, "Remove a link")
    {
        Description = "The keys stand in a body, or, without one, in the query.",
        Body = typeof(LinkKeys),
        IsBodyRequired = false,
        BodyExample = """{"from_coord":"1,2,3","to_coord":"4,5,6","link_type":"related"}""",
        Query =
        [
            new ParameterDoc("from_coord", "Required without a body.", typeof(string)),
            new ParameterDoc("to_coord", "Required without a body.", typeof(string)),
            new ParameterDoc("link_type", "Default related.", typeof(string)),
        ],
        Answer = typeof(DeletedLink),
        IsWrite = true,
    };

    public static OperationDoc Neighbors { get; } = new("getNeighbors", Tag, "Coordinates within some hops of one")
    {
        Query =
        [
            new ParameterDoc("coord", "Where to start.", typeof(string), IsRequired: true),
            new ParameterDoc("k_hop", "1–5, default 1.", typeof(int)),
            new ParameterDoc("limit", "1–1000, default 10.", typeof(int)),
            new ParameterDoc("offset", "Default 0.", typeof(int)),
            LinkType,
            new ParameterDoc("direction", "Default out.", typeof(Direction)),
        ],
        Answer = typeof(NeighborLinks),
        AnswerExample = """{"coord":"1.0,2.0,3.0","neighbors":[{"coord":"4.0,5.0,6.0","coordinate":[4.0,5.0,6.0],"link_type":"related","strength":0.8,"metadata":{},"hops":1}]}""",
        IsRead = true,
    };

    public static OperationDoc PathBetween { get; } = new("findPath", Tag, "A path between two coordinates")
    {
        Query =
        [
            new ParameterDoc("from_coord", "Where to start.", typeof(string), IsRequired: true),
            new ParameterDoc("to_coord", "Where to end.", typeof(string), IsRequired: true),
            new ParameterDoc("max_length", "Most nodes on the path, 1–100, default 10.", typeof(int)),
            LinkType,
            new ParameterDoc("weighted", "Least total strength instead of fewest hops; default false.", typeof(bool)),
        ],
        Answer = typeof(FoundPath),
        AnswerExample = """{"from_coord":"1.0,2.0,3.0","to_coord":"4.0,5.0,6.0","path":["1.0,2.0,3.0","4.0,5.0,6.0"],"link_types":["related"],"found":true}""",
        IsRead = true,
    };
}
