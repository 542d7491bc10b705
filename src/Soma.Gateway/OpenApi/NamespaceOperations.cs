using Soma.Gateway.Answers;
using Soma.Gateway.Requests;

namespace Soma.Gateway.OpenApi;

internal static class NamespaceOperations
{
    private const string Tag = "Namespaces";
    private const string Example =
        """{"name":"default","tenant":"default","embedder":null,"sequence_fields":["session_id","conversation_id","thread_id"],"brought_space":null,"recency_half_life_days":30}""";

    public static OperationDoc Get { get; } = new("getNamespace", Tag, "The settings of a namespace")
    {
        Answer = typeof(NamespaceView),
        AnswerExample = Example,
    };

    public static OperationDoc Reindex { get; } = new("reindexNamespace", Tag, "Make the derived data of a namespace anew from the store")
    {
        Answer = typeof(ReindexBegun),
        AnswerExample = """{"name":"default","reindexing":true}""",
    };

    public static OperationDoc Put { get; } = new("putNamespace", Tag, "Replace the settings of a namespace")
    {
        Body = NamespaceFields.Settings,
        BodyExample = """{"embedder":"fast","sequence_fields":["chat"]}""",
        Answer = typeof(NamespaceView),
        AnswerExample = Example,
    };
}
