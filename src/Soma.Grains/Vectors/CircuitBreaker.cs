using Soma.Grains.Engine.Tier;

namespace Soma.Grains.Vectors;

/// <summary>
/// Stops asking a tier that does not answer: after some failures in a row calls fail at once for a while, then one call at a
/// time tries whether it is back. Searches would otherwise all wait for the same nothing.
/// </summary>
/// <remarks>
/// Only <see cref="VectorTierUnavailableException"/> is a failure: a refused request was answered. A call that its caller
/// gave up on says nothing either way.
/// </remarks>
/// <param name="failuresBeforeBreak">Failures in a row, at least 1.</param>
/// <param name="breakDuration">How long calls fail at once.</param>
/// <param name="clock">Measures it.</param>
public sealed class CircuitBreaker(int failuresBeforeBreak, TimeSpan breakDuration, TimeProvider clock)
{
    private readonly Lock _lock = new();
    private int _failures;
    private long _brokeAt;
    private bool _isTrying;

    /// <summary>Whether calls fail at once now.</summary>
    public bool IsOpen
    {
        get
        {
            lock (_lock)
            {
                return MustFail();
            }
        }
    }

    /// <exception cref="VectorTierUnavailableException">The call's own, or at once without calling.</exception>
    public async Task<T> CallAsync<T>(Func<Task<T>> call)
    {
        ArgumentNullException.ThrowIfNull(call);
        Enter();
        try
        {
            var result = await call();
            Leave(failed: false);
            return result;
        }
        catch (VectorTierUnavailableException)
        {
            Leave(failed: true);
            throw;
        }
        catch (Exception answer) when (answer is VectorTierRejectedException or VectorSpaceMissingException)
        {
            Leave(failed: false);
            throw;
        }
        catch
        {
            Leave(failed: null);
            throw;
        }
    }

    private void Enter()
    {
        lock (_lock)
        {
            if (MustFail())
            {
                throw new VectorTierUnavailableException("The vector tier failed repeatedly and is not asked for a while.");
            }

            _isTrying = _failures >= failuresBeforeBreak;
        }
    }

    private bool MustFail() => _failures >= failuresBeforeBreak && (_isTrying || clock.GetElapsedTime(_brokeAt) < breakDuration);

    private void Leave(bool? failed)
    {
        lock (_lock)
        {
            _isTrying = false;
            switch (failed)
            {
                case true:
                    // Bounded, so that years of failures do not come round to zero.
                    _failures = Math.Min(_failures + 1, failuresBeforeBreak);
                    _brokeAt = clock.GetTimestamp();
                    break;
                case false:
                    _failures = 0;
                    break;
            }
        }
    }
}
