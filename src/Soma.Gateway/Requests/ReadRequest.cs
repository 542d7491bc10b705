using System.Diagnostics.CodeAnalysis;
using Soma.Gateway.Http;

namespace Soma.Gateway.Requests;

/// <summary>A body or a query that was read: a body's bytes and the filled form, or what is wrong with it.</summary>
internal readonly struct ReadRequest<TForm>(byte[] bytes, TForm? form, Problem? problem)
    where TForm : class
{
    public byte[] Bytes => bytes;

    public TForm? Form => form;

    [MemberNotNullWhen(false, nameof(Form))]
    [MemberNotNullWhen(true, nameof(Problem))]
    public bool IsRefused => form is null || problem is not null;

    public Problem? Problem => problem;
}
