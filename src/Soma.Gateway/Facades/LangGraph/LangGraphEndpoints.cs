namespace Soma.Gateway.LangGraph;

/// <summary>The paths of LangGraph's store. The rate limits are those of the routes of Soma that do the same.</summary>
internal static class LangGraphEndpoints
{
    private const string Items = "/store/items";

    /// <summary>Maps the paths once, at the root: LangGraph's clients know no prefix.</summary>
    public static void MapLangGraph(this WebApplication app)
    {
        var routes = app.MapGroup("").WithSomaConventions().ExcludeFromDescription();
        routes.MapGet("/ok", context => JsonAnswer.SendAsync(context, StatusCodes.Status200OK, JsonAnswer.ContentType, """{"ok":true}"""u8)).WithMetadata(Access.Open);
        var store = routes.MapProtected("langgraph");
        store.Map(HttpMethods.Put, Items, "/memories.store", Scopes.Write, StoreFields.Put, StoreItems.PutAsync);
        store.Map(HttpMethods.Get, Items, "/memories.fetch", Scopes.Read, StoreFields.Get, StoreItems.GetAsync);
        store.Map(HttpMethods.Delete, Items, "/memories.delete", Scopes.Delete, StoreFields.Delete, StoreItems.DeleteAsync);
        store.Map(HttpMethods.Post, "/store/items/search", "/memories.search", Scopes.Read, StoreFields.Search, StoreSearch.SearchAsync);
        store.Map(HttpMethods.Post, "/store/namespaces", "/memories.list", Scopes.Read, StoreFields.Namespaces, StoreSearch.ListNamespacesAsync);
    }

    private static void Map<TForm>(
        this IEndpointRouteBuilder routes, string method, string path, string rateGroup, Scopes scope, RequestShape<TForm> shape, Func<StoreCall<TForm>, Task<IResult>> handler)
        where TForm : LabelledForm =>
        routes.MapMethods(path, [method], StoreCall<TForm>.Handler(shape, method == HttpMethods.Get, handler)).LimitedAs(rateGroup).Needs(scope);
}
