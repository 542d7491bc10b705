using System.Reflection;

namespace Soma.Grains.Tests.Wire;

/// <summary>The wire contract as lines, each of which a process of another version may rely on.</summary>
internal static class WireSchema
{
    public static IEnumerable<string> Lines() => WireContract.Types.SelectMany(OfType).Concat(WireContract.GrainInterfaces.SelectMany(OfGrain));

    private static IEnumerable<string> OfType(Type type)
    {
        var alias = WireContract.AliasOf(type);
        yield return $"{alias}\t{Kind(type)}";
        foreach (var (id, property) in WireContract.MembersOf(type))
        {
            yield return $"{alias}\t{id}\t{property.Name}\t{NameOf(property.PropertyType)}";
        }

        foreach (var name in type.IsEnum ? Enum.GetNames(type) : [])
        {
            yield return $"{alias}\t{name}\t{Convert.ToInt64(Enum.Parse(type, name))}";
        }
    }

    private static IEnumerable<string> OfGrain(Type grain)
    {
        var alias = WireContract.AliasOf(grain);
        var key = grain.GetInterfaces().Select(type => type.Name).Single(name => name.StartsWith("IGrainWith", StringComparison.Ordinal));
        yield return $"{alias}\tgrain\t{key}";
        foreach (var method in grain.GetMethods())
        {
            var parameters = string.Join(", ", method.GetParameters().Select(parameter => NameOf(parameter.ParameterType)));
            yield return $"{alias}\t{WireContract.AliasOf(method)}\t({parameters})\t{NameOf(method.ReturnType)}";
        }
    }

    private static string Kind(Type type) =>
        type.IsEnum ? $"enum of {NameOf(Enum.GetUnderlyingType(type))}"
        : type.IsValueType ? "struct"
        : type.BaseType is { } parent && parent != typeof(object) ? $"class of {NameOf(parent)}"
        : "class";

    /// <summary>By alias where there is one: names in the code may change.</summary>
    private static string NameOf(Type type)
    {
        if (type.IsArray)
        {
            return NameOf(type.GetElementType()!) + "[]";
        }

        if (type.IsGenericType)
        {
            var name = type.GetGenericTypeDefinition().Name.Split('`')[0];
            return $"{name}<{string.Join(", ", type.GetGenericArguments().Select(NameOf))}>";
        }

        return type.GetCustomAttribute<AliasAttribute>(inherit: false)?.Alias ?? type.FullName ?? type.Name;
    }
}
