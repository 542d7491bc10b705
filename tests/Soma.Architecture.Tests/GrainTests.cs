using System.Reflection;
using Orleans.Concurrency;
using Soma.Grains.Interfaces;

namespace Soma.Architecture.Tests;

/// <summary>What every grain of ours must be.</summary>
public sealed class GrainTests
{
    private static readonly IReadOnlyList<Type> Grains =
        [.. SomaAssemblies.WrittenTypes(SomaAssemblies.All).Where(type => type is { IsClass: true, IsAbstract: false } && typeof(IGrain).IsAssignableFrom(type))];

    [Fact]
    public void Grains_are_sealed()
    {
        Assert.NotEmpty(Grains);
        Assert.DoesNotContain(Grains, grain => !grain.IsSealed);
    }

    [Fact]
    public void The_namespace_grain_is_reentrant_so_that_waiting_writes_can_share_a_commit()
    {
        var grain = Assert.Single(Grains, typeof(INamespaceGrain).IsAssignableFrom);

        Assert.NotNull(grain.GetCustomAttribute<ReentrantAttribute>());
    }

    [Fact]
    public void No_two_persistent_states_share_a_name()
    {
        // A grain that keeps a state names it in a constant `StateName`; a state attribute would be a second way to do it.
        var names = Grains
            .Select(grain => grain.GetField("StateName", BindingFlags.NonPublic | BindingFlags.Static)?.GetRawConstantValue())
            .OfType<string>()
            .ToArray();

        Assert.NotEmpty(names);
        Assert.DoesNotContain(
            Grains.SelectMany(grain => grain.GetConstructors()).SelectMany(constructor => constructor.GetParameters()),
            parameter => parameter.GetCustomAttribute<PersistentStateAttribute>() is not null);
        Assert.Empty(names.GroupBy(name => name).Where(group => group.Count() > 1).Select(group => group.Key));
    }
}
