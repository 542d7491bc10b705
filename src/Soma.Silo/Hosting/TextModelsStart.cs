using Soma.Grains.Embeddings;
using Soma.Grains.Engine.Embedding;
using Soma.Hosting;

namespace Soma.Silo.Hosting;

/// <summary>
/// Loads the embedding models before any request can use them, and reports in one line why a model cannot be loaded.
/// </summary>
public static class TextModelsStart
{
    /// <exception cref="StartupException">The chosen model cannot be used; the message names the variable that chose it.</exception>
    public static async Task OpenTextModelsAsync(this IServiceProvider services, CancellationToken cancellationToken)
    {
        try
        {
            await services.GetRequiredService<TextModelRegistry>().OpenAsync(cancellationToken);
        }
        catch (Exception failure) when (failure is InvalidDataException or IOException or UnauthorizedAccessException or ModelUnavailableException)
        {
            throw Unusable(StartupFailures.FirstLine(failure), failure);
        }
        catch (Exception failure) when (failure is TypeInitializationException or DllNotFoundException)
        {
            throw Unusable("the native ONNX Runtime cannot be loaded on this machine; fast needs none.", failure);
        }
    }

    private static StartupException Unusable(string why, Exception failure) =>
        new(ExitCode.BadSetting, $"{EmbeddingSettings.Variable} cannot be used: {why}", failure);
}
