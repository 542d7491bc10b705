using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Soma.Grains;

/// <summary>Registers options that were read from the environment; their annotations are checked when the host starts.</summary>
internal static class ValidatedOptions
{
    /// <summary>
    /// Adds the options as a service of their own. A value outside its <c>[Range]</c> stops the start with an
    /// <see cref="OptionsValidationException"/> that names the member.
    /// </summary>
    public static IServiceCollection AddValidated<T>(this IServiceCollection services, T options)
        where T : class
    {
        services.AddSingleton(options);
        services.AddSingleton<IOptionsFactory<T>>(provider => new GivenOptions<T>(options, provider.GetServices<IValidateOptions<T>>()));
        services.AddOptions<T>().ValidateDataAnnotations().ValidateOnStart();
        return services;
    }

    // The options framework creates an instance by itself and fills it. These records are already complete, so the instance is handed to it.
    private sealed class GivenOptions<T>(T options, IEnumerable<IValidateOptions<T>> validations) : OptionsFactory<T>([], [], validations)
        where T : class
    {
        protected override T CreateInstance(string name) => options;
    }
}
