namespace Soma.Grains.Searching.Text;

/// <summary>What is embedded and indexed of a memory.</summary>
/// <param name="Text">Empty: there is nothing.</param>
/// <param name="Speaker">Who says it, by the payload; empty: nobody.</param>
public readonly record struct ComposedText(string Text, string Speaker);
