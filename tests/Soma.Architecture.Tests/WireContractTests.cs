using System.Reflection;
using Soma.Grains.Interfaces;

namespace Soma.Architecture.Tests;

/// <summary>What keeps two versions of Soma able to talk: names on the wire that outlive names in the code.</summary>
public sealed class WireContractTests
{
    private static readonly IReadOnlyList<Type> WireTypes =
        [.. SomaAssemblies.WrittenTypes(SomaAssemblies.All).Where(type => type.IsDefined(typeof(GenerateSerializerAttribute), inherit: false))];

    private static readonly IReadOnlyList<Type> GrainInterfaces =
        [.. SomaAssemblies.WrittenTypes(SomaAssemblies.All).Where(type => type.IsInterface && typeof(IGrain).IsAssignableFrom(type))];

    [Fact]
    public void Every_wire_type_has_an_alias_of_its_own()
    {
        Assert.NotEmpty(WireTypes);
        var aliases = WireTypes.Concat(GrainInterfaces).Select(type => (type, alias: type.GetCustomAttribute<AliasAttribute>(inherit: false)?.Alias)).ToList();

        Assert.DoesNotContain(aliases, entry => entry.alias is null);
        Assert.Empty(aliases.GroupBy(entry => entry.alias).Where(group => group.Count() > 1).Select(group => group.Key));
    }

    [Fact]
    public void Every_grain_method_has_an_alias_of_its_own()
    {
        foreach (var grain in GrainInterfaces)
        {
            var aliases = grain.GetMethods().Select(method => method.GetCustomAttribute<AliasAttribute>()?.Alias).ToList();

            Assert.DoesNotContain(null, aliases);
            Assert.Equal(aliases.Count, aliases.Distinct().Count());
        }
    }

    [Fact]
    public void Every_grain_method_ends_with_a_cancellation_token()
    {
        Assert.Contains(typeof(INamespaceGrain), GrainInterfaces);
        var without = GrainInterfaces.SelectMany(grain => grain.GetMethods())
            .Where(method => method.GetParameters().LastOrDefault()?.ParameterType != typeof(CancellationToken));

        Assert.Empty(without.Select(method => $"{method.DeclaringType!.Name}.{method.Name}"));
    }

    [Fact]
    public void Every_grain_method_says_that_it_is_asynchronous() =>
        Assert.DoesNotContain(GrainInterfaces.SelectMany(grain => grain.GetMethods()), method => !method.Name.EndsWith("Async", StringComparison.Ordinal));
}
