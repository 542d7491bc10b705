using Orleans.CodeGeneration;

namespace Soma.Grains.Interfaces;

/// <summary>Sends each call of the method through another connected silo, in turn.</summary>
/// <remarks>
/// Otherwise a client sends all calls to one grain through the same silo as long as that connection is open. The connection to a
/// silo that is frozen or cut off stays open, so a second attempt would hang like the first. Only for methods that are called
/// seldom: the client (Orleans 10.4) takes turns by a counter of 32 bits, and fails when the counter overflows.
/// </remarks>
[InvokableCustomInitializer(nameof(RequestBase.AddInvokeMethodOptions), InvokeMethodOptions.Unordered)]
[AttributeUsage(AttributeTargets.Method)]
public sealed class AnyGatewayAttribute : Attribute;
