using System.Diagnostics.CodeAnalysis;
using Soma.Gateway.Http;

namespace Soma.Gateway.Bodies;

/// <summary>A body, read: its bytes and its members, or what is wrong with it.</summary>
internal readonly struct ReadBody<TShape>(byte[] bytes, TShape? shape, Problem? problem)
    where TShape : class
{
    public byte[] Bytes => bytes;

    public TShape? Shape => shape;

    [MemberNotNullWhen(false, nameof(Shape))]
    [MemberNotNullWhen(true, nameof(Problem))]
    public bool IsRefused => shape is null || problem is not null;

    public Problem? Problem => problem;
}
