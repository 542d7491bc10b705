namespace Soma.Gateway.Endpoints;

/// <summary>The map of a namespace's vectors. The path names the namespace.</summary>
internal static class MapEndpoints
{
    private static RequestShape<Form<GetMap>> Map { get; } = new RequestShape<Form<GetMap>>("GetMap", () => new(new GetMap { Timeout = default }))
        .With("fresh", CommonFields.Boolean.Else(false), (form, isFresh) => form.Command.Fresh = isFresh, "Has a newer map made if anything was written since. Else that is done when more than a twentieth of the memories changed.")
        .With("have_seq", new SeqType(), (form, seq) => form.Command.Have = seq, "The seq of the map that the client has. While there is no newer one, map is null.")
        .WithTenant();

    public static void MapMap(this IEndpointRouteBuilder routes) =>
        routes.MapProtected("Namespaces").MapRead(NamespaceRoute.Template + "/map", Operations.NamespaceMap, Map, GetMapAsync).LimitedAs("/namespaces").Needs(Scopes.Read);

    private static async Task<Results<Answer<NamespaceMap>, Problem>> GetMapAsync(Call<Form<GetMap>> call)
    {
        var reply = await call.Core.Client.GetMapAsync(call.Target.Namespace, call.Form.Command, call.Context.RequestAborted);
        return MinSeq.Check(call.Context, call.MinSeq, reply.HeadSeq) is { } tooOld ? tooOld : NamespaceMap.ToAnswer(call.Target.Namespace.Name, reply);
    }
}
