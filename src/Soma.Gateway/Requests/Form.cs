namespace Soma.Gateway.Requests;

/// <summary>What the fields of a request fill.</summary>
internal class Form
{
    /// <summary><c>tenant_id</c>: the tenant, where no header names it.</summary>
    public string? Tenant { get; set; }
}

/// <summary>A form around the command that is sent: fields go straight into it.</summary>
internal class Form<TCommand>(TCommand command) : Form
{
    public TCommand Command { get; set; } = command;
}
