import { Component, type ReactNode } from 'react';

interface ErrorBoundaryProps {
  /** What stands there instead; `again` renders the children again. */
  readonly fallback: (again: () => void) => ReactNode;
  readonly children: ReactNode;
}

interface ErrorBoundaryState {
  readonly failed: boolean;
}

/**
 * Keeps a failure to draw something from taking what stands around it, and reports it on the console. A class, since errors of rendering
 * are caught in no other way.
 */
export class ErrorBoundary extends Component<ErrorBoundaryProps, ErrorBoundaryState> {
  override state: ErrorBoundaryState = { failed: false };

  static getDerivedStateFromError(): ErrorBoundaryState {
    return { failed: true };
  }

  override componentDidCatch(error: Error): void {
    // biome-ignore lint/suspicious/noConsole: nothing else says it, and nothing on the page can
    console.error(error);
  }

  override render(): ReactNode {
    return this.state.failed
      ? this.props.fallback(() => this.setState({ failed: false }))
      : this.props.children;
  }
}
