use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::Stream;

use crate::error::Error;
use crate::request::AnalyzeRequest;

/// The items of a batch, each with the request that it is.
pub(super) type Requests<R> = Pin<Box<dyn Stream<Item = (R, Result<AnalyzeRequest, Error>)> + Send>>;

pub(super) fn of<S>(items: S) -> Requests<S::Item>
where
    S: Stream + Send + 'static,
    S::Item: TryInto<AnalyzeRequest> + Clone,
    <S::Item as TryInto<AnalyzeRequest>>::Error: Into<Error>,
{
    Box::pin(Items(Box::pin(items)))
}

struct Items<S>(Pin<Box<S>>);

impl<S> Stream for Items<S>
where
    S: Stream,
    S::Item: TryInto<AnalyzeRequest> + Clone,
    <S::Item as TryInto<AnalyzeRequest>>::Error: Into<Error>,
{
    type Item = (S::Item, Result<AnalyzeRequest, Error>);

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.as_mut().poll_next(context).map(|next| {
            let item = next?;
            let request = item.clone().try_into().map_err(Into::into);
            Some((item, request))
        })
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.0.size_hint()
    }
}

/// An iterator as a stream that has every item at once.
pub(crate) struct Iterated<I>(pub(crate) I);

// Nothing in it is ever pinned.
impl<I> Unpin for Iterated<I> {}

impl<I: Iterator> Stream for Iterated<I> {
    type Item = I::Item;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<I::Item>> {
        Poll::Ready(self.0.next())
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.0.size_hint()
    }
}
