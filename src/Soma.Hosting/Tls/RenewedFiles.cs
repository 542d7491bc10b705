using System.Security.Cryptography;
using Microsoft.Extensions.Logging;

namespace Soma.Hosting.Tls;

/// <summary>Files that may be replaced while the process runs, as cert-manager does when it renews a certificate.</summary>
public interface IRenewedFiles
{
    /// <summary>Reads the files again. Files that cannot be used are reported, and what was read before stays in use.</summary>
    void Renew(ILogger logger);
}

/// <summary>What certificate files hold, as of the last time that they could be used.</summary>
/// <remarks>
/// The contents are compared, not the times of the files. Kubernetes replaces the files of a secret by swapping a symbolic link,
/// and the new files may be older than the link.
/// </remarks>
public sealed class RenewedFiles<T> : IRenewedFiles
    where T : class
{
    private readonly string _variable;
    private readonly string[] _paths;
    private readonly Func<IReadOnlyList<string>, T> _parse;
    private string[] _seen;
    private volatile T _current;

    /// <param name="variable">The variable that names the first file, for messages.</param>
    /// <param name="parse">Turns the files' contents into what is used.</param>
    /// <param name="paths">The files.</param>
    /// <exception cref="StartupException">The files cannot be used.</exception>
    public RenewedFiles(string variable, Func<IReadOnlyList<string>, T> parse, params string[] paths)
    {
        (_variable, _parse, _paths) = (variable, parse, paths);
        try
        {
            _seen = ReadAll();
            _current = parse(_seen);
        }
        catch (Exception failure) when (IsUnusable(failure))
        {
            throw new StartupException(ExitCode.BadSetting, $"{variable}: '{paths[0]}' cannot be used: {StartupFailures.FirstLine(failure)}", failure);
        }
    }

    public T Current => _current;

    public void Renew(ILogger logger)
    {
        try
        {
            var read = ReadAll();
            if (read.SequenceEqual(_seen, StringComparer.Ordinal))
            {
                return;
            }

            // Remembered before it is parsed, so that files that cannot be used are reported once and not every few seconds.
            _seen = read;
            _current = _parse(read);
            Log.CertificatesRenewed(logger, _variable, _paths[0]);
        }
        catch (Exception failure) when (IsUnusable(failure))
        {
            Log.CertificatesUnusable(logger, _variable, _paths[0], StartupFailures.FirstLine(failure));
        }
    }

    private static bool IsUnusable(Exception failure) =>
        failure is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException or CryptographicException or InvalidDataException;

    private string[] ReadAll() => [.. _paths.Select(File.ReadAllText)];
}
