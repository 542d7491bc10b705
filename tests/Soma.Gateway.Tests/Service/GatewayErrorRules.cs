namespace Soma.Gateway.Tests.Service;

public sealed class GatewayErrorRules(GatewayUnderTest gateway) : ErrorRules(gateway), IClassFixture<GatewayUnderTest>;
