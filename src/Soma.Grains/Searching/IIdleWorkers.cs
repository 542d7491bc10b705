namespace Soma.Grains.Searching;

/// <summary>Those of a silo's search workers that no search runs on.</summary>
public interface IIdleWorkers
{
    /// <summary>Lets them run <paramref name="work"/> at the same time as the caller. Returns at once, also where none is idle.</summary>
    /// <param name="work">Is told by a function whether to go on; it may not throw.</param>
    /// <param name="most">How many of them at most.</param>
    void Offer(Action<Func<bool>> work, int most);
}
