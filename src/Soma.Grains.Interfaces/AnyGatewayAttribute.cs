using Orleans.CodeGeneration;

namespace Soma.Grains.Interfaces;

/// <summary>Each call of the method goes out by the next connected silo in turn.</summary>
/// <remarks>
/// A client sends all calls to one grain by the same silo for as long as that connection stands, and one to a silo that is frozen
/// or cut off stands: without this a second attempt would hang where the first does. Only for methods that are called seldom: the
/// client (Orleans 10.4) takes turns by a counter of 32 bits and fails once that has run over.
/// </remarks>
[InvokableCustomInitializer(nameof(RequestBase.AddInvokeMethodOptions), InvokeMethodOptions.Unordered)]
[AttributeUsage(AttributeTargets.Method)]
public sealed class AnyGatewayAttribute : Attribute;
