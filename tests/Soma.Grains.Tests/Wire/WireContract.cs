using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;
using Soma.Grains.Interfaces;

namespace Soma.Grains.Tests.Wire;

/// <summary>Everything that silos and gateways say to each other, and the serializer they say it with.</summary>
internal static class WireContract
{
    private static readonly Assembly Interfaces = typeof(INamespaceGrain).Assembly;

    public static Serializer Serializer { get; } =
        new ServiceCollection().AddSerializer().BuildServiceProvider().GetRequiredService<Serializer>();

    /// <summary>Types whose values travel, the abstract ones too.</summary>
    public static IReadOnlyList<Type> Types { get; } =
        [.. Interfaces.GetTypes().Where(type => type.IsDefined(typeof(GenerateSerializerAttribute), inherit: false)).OrderBy(AliasOf, StringComparer.Ordinal)];

    public static IReadOnlyList<Type> GrainInterfaces { get; } =
        [.. Interfaces.GetTypes().Where(type => type.IsInterface && typeof(IGrain).IsAssignableFrom(type)).OrderBy(AliasOf, StringComparer.Ordinal)];

    public static string AliasOf(MemberInfo member) =>
        member.GetCustomAttribute<AliasAttribute>(inherit: false)?.Alias ?? throw new InvalidOperationException($"{member} has no alias.");

    /// <summary>What travels of a type itself, by id; its base's members are listed with the base.</summary>
    public static IReadOnlyList<(uint Id, PropertyInfo Property)> MembersOf(Type type) =>
    [
        .. type.GetProperties(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly)
            .Where(property => property.IsDefined(typeof(IdAttribute), inherit: false))
            .Select(property => (property.GetCustomAttribute<IdAttribute>()!.Id, property))
            .OrderBy(member => member.Id),
    ];

    /// <summary>As a grain's argument or result travels where its static type does not tell: with its alias.</summary>
    public static byte[] Serialize(object? value) => Serializer.SerializeToArray(value);

    public static object? Deserialize(byte[] bytes) => Serializer.Deserialize<object?>(bytes);
}
