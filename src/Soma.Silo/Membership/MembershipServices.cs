namespace Soma.Silo.Membership;

/// <summary>Registers what a silo of a cluster does about its own membership.</summary>
internal static class MembershipServices
{
    public static IServiceCollection AddSiloMembership(this IServiceCollection services) => services
        .AddSingleton<SiloExit>()
        .AddSingleton<IFatalErrorHandler, DeathHandler>()
        .AddSingleton<OwnRow>()
        .AddHostedService<MembershipWatch>();
}
