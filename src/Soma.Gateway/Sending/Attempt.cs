namespace Soma.Gateway.Sending;

/// <summary>One sending of an operation. Its later attempts carry the same operation key.</summary>
/// <param name="Number">1 for the first; later ones count up.</param>
/// <param name="TimeLeft">What is left of the request's time, not of the attempt's: a slow owner may use it all.</param>
/// <param name="Cancellation">Ends when nobody wants the answer any more; never for a write.</param>
internal readonly record struct Attempt(int Number, TimeSpan TimeLeft, CancellationToken Cancellation);
