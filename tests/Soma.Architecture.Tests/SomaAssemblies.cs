using System.Reflection;

namespace Soma.Architecture.Tests;

/// <summary>The product's assemblies, by the names of their projects.</summary>
internal static class SomaAssemblies
{
    public static Assembly Hosting { get; } = Assembly.Load("Soma.Hosting");

    public static Assembly Interfaces { get; } = Assembly.Load("Soma.Grains.Interfaces");

    public static Assembly Grains { get; } = Assembly.Load("Soma.Grains");

    public static Assembly Silo { get; } = Assembly.Load("Soma.Silo");

    public static Assembly Gateway { get; } = Assembly.Load("Soma.Gateway");

    public static Assembly Soma { get; } = Assembly.Load("soma");

    public static IReadOnlyList<Assembly> All { get; } = [Hosting, Interfaces, Grains, Silo, Gateway, Soma];

    /// <summary>Types that people wrote: what Orleans generates for them lies in namespaces of its own.</summary>
    public static IEnumerable<Type> WrittenTypes(params IEnumerable<Assembly> assemblies) =>
        assemblies.SelectMany(assembly => assembly.GetTypes())
            .Where(type => type.Namespace is { } name && name.StartsWith("Soma", StringComparison.Ordinal));
}
