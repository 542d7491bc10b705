using System.Diagnostics.CodeAnalysis;

namespace Soma.Gateway.Requests;

/// <summary>What the fields of a request fill.</summary>
internal class Form
{
    /// <summary><c>tenant_id</c>: the tenant, if no header names it.</summary>
    public string? Tenant { get; set; }
}

/// <summary>A form around the command that is sent: the fields are written straight into the command.</summary>
internal class Form<TCommand>(TCommand command) : Form
{
    public TCommand Command { get; set; } = command;
}

/// <summary>Where the fields of a route stand.</summary>
internal enum FieldsIn
{
    Query,
    Body,

    /// <summary>In the body, or in the query if the request has no body.</summary>
    BodyOrQuery,
}

/// <summary>What a route does, which decides the headers that it reads.</summary>
internal enum RequestKind
{
    /// <summary>Changes the settings of a namespace: no headers of its own.</summary>
    Settings,

    /// <summary>Takes <c>X-Soma-Min-Seq</c>.</summary>
    Read,

    /// <summary>Takes <c>Idempotency-Key</c>. A condition is refused, because the write is not about one memory.</summary>
    Write,

    /// <summary>Takes <c>Idempotency-Key</c>, <c>If-Match</c> and <c>If-None-Match</c>.</summary>
    ConditionalWrite,
}

/// <summary>What a route reads of its requests. The OpenAPI document shows the same.</summary>
internal sealed record RequestContract(RequestShape Shape, FieldsIn Fields, RequestKind Kind)
{
    public bool IsWrite => Kind is RequestKind.Write or RequestKind.ConditionalWrite;
}

/// <summary>A request, or its body or query, that was read: the bytes of a body and what was read, or what is wrong with it.</summary>
internal readonly struct ReadRequest<T>(byte[] bytes, T? value, Problem? problem)
    where T : class
{
    public byte[] Bytes => bytes;

    public T? Value => value;

    [MemberNotNullWhen(false, nameof(Value))]
    [MemberNotNullWhen(true, nameof(Problem))]
    public bool IsRefused => value is null || problem is not null;

    public Problem? Problem => problem;
}
