using System.Net;
using System.Net.Sockets;

namespace Soma.Silo.Admin;

/// <summary>Counts wrong operator tokens by address, so that nobody can try many.</summary>
/// <remarks>
/// An address that sent ten wrong tokens within a minute is refused until the minute is over, with the right token too: otherwise
/// guessing could go on until a guess is right. Addresses of one IPv6 network count as one, since one machine may have all of them.
/// </remarks>
internal sealed class FailedAttempts(TimeProvider clock)
{
    public const int Most = 10;

    private const int MostAddresses = 10_000;
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private readonly Dictionary<IPAddress, (long Began, int Count)> _failures = [];

    /// <summary>How long the address must wait; null: it may try.</summary>
    public TimeSpan? WaitOf(IPAddress? address)
    {
        lock (_lock)
        {
            return _failures.TryGetValue(NetworkOf(address), out var failed) && failed.Count >= Most && clock.GetElapsedTime(failed.Began) is var age && age < Window
                ? Window - age
                : null;
        }
    }

    public void Add(IPAddress? address)
    {
        lock (_lock)
        {
            var network = NetworkOf(address);
            if (_failures.TryGetValue(network, out var failed) && clock.GetElapsedTime(failed.Began) < Window)
            {
                _failures[network] = failed with { Count = failed.Count + 1 };
                return;
            }

            MakeRoom();
            _failures[network] = (clock.GetTimestamp(), 1);
        }
    }

    // Whoever has so many addresses is not slowed down by counting them, and must not fill the memory.
    private void MakeRoom()
    {
        if (_failures.Count < MostAddresses)
        {
            return;
        }

        foreach (var old in _failures.Where(pair => clock.GetElapsedTime(pair.Value.Began) >= Window).Select(pair => pair.Key).ToList())
        {
            _failures.Remove(old);
        }

        if (_failures.Count >= MostAddresses)
        {
            _failures.Remove(_failures.MinBy(pair => pair.Value.Began).Key);
        }
    }

    private static IPAddress NetworkOf(IPAddress? address)
    {
        if (address is null || address.IsIPv4MappedToIPv6)
        {
            return address?.MapToIPv4() ?? IPAddress.None;
        }

        if (address.AddressFamily != AddressFamily.InterNetworkV6)
        {
            return address;
        }

        var bytes = address.GetAddressBytes();
        bytes.AsSpan(8).Clear();
        return new IPAddress(bytes);
    }
}
