namespace Soma.Gateway.Tests.Service;

/// <summary>The same rules through real grains: what only state can decide included.</summary>
public sealed class SomaErrorRules(SomaUnderTest soma) : ErrorRules(soma), IClassFixture<SomaUnderTest>;
