using System.Reflection;

namespace Soma.Hosting;

/// <summary>The version this build calls itself, e.g. <c>0.1.0</c>.</summary>
public static class ProductVersion
{
    public static string Current { get; } =
        typeof(ProductVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";
}
