namespace Soma.Silo.Membership;

/// <summary>Registers the services with which a silo watches its own cluster membership.</summary>
internal static class MembershipServices
{
    public static IServiceCollection AddSiloMembership(this IServiceCollection services) => services
        .AddSingleton<SiloExit>()
        .AddSingleton<IFatalErrorHandler, DeathHandler>()
        .AddSingleton<OwnRow>()
        .AddHostedService<MembershipWatch>();
}
