using Soma.Gateway.Answers;
using Soma.Gateway.Requests;

namespace Soma.Gateway.OpenApi;

internal static class LinkOperations
{
    private const string Tag = "Links";

    public static OperationDoc Link { get; } = new("storeLink", Tag, "Make or replace a link")
    {
        Description = "The end points need not exist as memories.",
        Body = LinkFields.Link,
        BodyExample = """{"from_coord":"1,2,3","to_coord":"4,5,6","link_type":"related","strength":0.8}""",
        Answer = typeof(StoredLink),
        AnswerExample = """{"from_coord":"1.0,2.0,3.0","to_coord":"4.0,5.0,6.0","link_type":"related","ok":true,"seq":3}""",
        IsWrite = true,
    };

    public static OperationDoc Unlink { get; } = new("deleteLink", Tag, "Remove a link")
    {
        Description = "The keys stand in a body, or, without one, in the query.",
        Body = LinkFields.Keys,
        IsBodyRequired = false,
        BodyExample = """{"from_coord":"1,2,3","to_coord":"4,5,6","link_type":"related"}""",
        Query = LinkFields.Keys,
        Answer = typeof(DeletedLink),
        IsWrite = true,
    };

    public static OperationDoc Neighbors { get; } = new("getNeighbors", Tag, "Coordinates within some hops of one, once for each link that reaches them")
    {
        Query = LinkFields.Neighbors,
        Answer = typeof(NeighborLinks),
        AnswerExample = """{"coord":"1.0,2.0,3.0","neighbors":[{"coord":"4.0,5.0,6.0","coordinate":[4.0,5.0,6.0],"link_type":"related","strength":0.8,"metadata":{},"hops":1,"direction":"out","via":"1.0,2.0,3.0"}]}""",
        IsRead = true,
    };

    public static OperationDoc PathBetween { get; } = new("findPath", Tag, "A path between two coordinates")
    {
        Query = LinkFields.PathBetween,
        Answer = typeof(FoundPath),
        AnswerExample = """{"from_coord":"1.0,2.0,3.0","to_coord":"4.0,5.0,6.0","path":["1.0,2.0,3.0","4.0,5.0,6.0"],"link_types":["related"],"found":true}""",
        IsRead = true,
    };
}
